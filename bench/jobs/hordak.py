"""What a client of django-hordak does: its own transfer_to, its triggers as shipped."""

import random
from decimal import Decimal
from functools import cache

from django.db import connection, transaction
from hordak.models import Account, AccountType
from moneyed import Money

CUSTOMERS = CLEARING_ACCOUNTS = 500
AMOUNT = Money(Decimal("0.012345"), "USD")


def create_database() -> int:
    """Asked of the server while connected to another database on it."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE hordak")
    return 1


def setup() -> int:
    """The accounts that all clients share: assets for clearing, liabilities for customers."""
    with transaction.atomic():
        for number in range(CUSTOMERS):
            _open(f"customer {number}", AccountType.liability)
        for number in range(CLEARING_ACCOUNTS):
            _open(f"clearing {number}", AccountType.asset)
    return 1


def _open(name: str, kind: AccountType) -> None:
    Account.objects.create(name=name, type=kind, currencies=["USD"])


@cache
def _accounts(kind: AccountType) -> list[Account]:
    return list(Account.objects.filter(type=kind))


def post_random() -> int:
    """A top-up from any of the clearing accounts."""
    return _transfer(random.choice(_accounts(AccountType.asset)))


def post_hot() -> int:
    """A top-up from the one clearing account that everyone uses."""
    return _transfer(_accounts(AccountType.asset)[0])


def _transfer(clearing: Account) -> int:
    customer = random.choice(_accounts(AccountType.liability))
    with transaction.atomic():
        customer.transfer_to(clearing, AMOUNT)
    return 1
