"""What a client of our ledger does."""

import random
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer
from billing.models import AccountKind, Balance, EntryKind, LedgerAccount, Purse
from billing.services.open_balances import open_balances
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entries import NewEntry, post_entries
from billing.services.post_entry import Line, post_entry
from commpeak.lib.money import Money

CUSTOMERS = CLEARING_ACCOUNTS = 500
# A batch locks a hundred balances at once: with few customers the clients would mostly wait for
# each other, which no provider's traffic does.
CALLERS = 10_000
BATCH = 100
CREDIT_LIMIT = Decimal(10) ** 12  # no debit is ever refused
CALLER_PREFIX = "caller:"
AMOUNT = Money(Decimal("0.012345"), "USD")


def setup() -> int:
    """The accounts that all clients share."""
    with transaction.atomic():
        for number in range(CUSTOMERS):
            customer = _customer(number)
            customer.save()
            open_balances(customer=customer, credit_limit=CREDIT_LIMIT)
        for number in range(CLEARING_ACCOUNTS):
            open_internal_account(kind=AccountKind.CLEARING, name=f"g{number}", currency="USD")
        open_internal_account(kind=AccountKind.REVENUE, name="voice", currency="USD")
        _open_callers()
    return 1


def _customer(number: int) -> Customer:
    return Customer(currency="USD", account_number=str(10_000_000 + number))


def _open_callers() -> None:
    """As open_balances would, in bulk and with the voice balance only."""
    customers = Customer.objects.bulk_create(
        _customer(number) for number in range(CUSTOMERS, CUSTOMERS + CALLERS)
    )
    LedgerAccount.objects.bulk_create(
        LedgerAccount(
            code=f"{CALLER_PREFIX}{customer.account_number}",
            kind=AccountKind.BALANCE,
            currency="USD",
            customer=customer,
            purse=Purse.VOICE,
        )
        for customer in customers
    )
    Balance.objects.update(credit_limit=CREDIT_LIMIT)


@cache
def _callers() -> list[int]:
    callers = LedgerAccount.objects.filter(code__startswith=CALLER_PREFIX)
    return list(callers.values_list("id", flat=True))


@cache
def _accounts(kind: str) -> list[int]:
    accounts = LedgerAccount.objects.filter(kind=kind).exclude(code__startswith=CALLER_PREFIX)
    return list(accounts.values_list("id", flat=True))


def post_random() -> int:
    """A top-up from any of the clearing accounts."""
    return _post(EntryKind.TOP_UP, random.choice(_accounts("clearing")), AMOUNT)


def post_hot() -> int:
    """A top-up from the one clearing account that everyone uses."""
    return _post(EntryKind.TOP_UP, _accounts("clearing")[0], AMOUNT)


def debit_single() -> int:
    """A call, one at a time."""
    call = _call()
    post_entry(
        source=call.source,
        kind=call.kind,
        lines=call.lines,
        occurred_at=call.occurred_at,
        actor=call.actor,
    )
    return 1


def debit_batch() -> int:
    """A hundred calls at a time; counts the calls."""
    verdicts = post_entries(entries=[_call() for _ in range(BATCH)])
    return sum(not verdict.is_refused for verdict in verdicts)


def count_round_trips() -> int:
    post_random()  # reads the accounts
    with CaptureQueriesContext(connection) as sent:
        post_random()
    return len(sent)


def _post(kind: EntryKind, other_id: int, money: Money) -> int:
    customer_id = random.choice(_accounts("balance"))
    post_entry(
        source=str(uuid.uuid4()),
        kind=kind,
        lines=[Line(other_id, -money), Line(customer_id, money)],
        occurred_at=datetime.now(tz=UTC),
        actor="bench",
    )
    return 1


def _call() -> NewEntry:
    return NewEntry(
        source=str(uuid.uuid4()),
        kind=EntryKind.USAGE,
        lines=[
            Line(random.choice(_callers()), -AMOUNT),
            Line(_accounts("revenue")[0], AMOUNT),
        ],
        occurred_at=datetime.now(tz=UTC),
        actor="bench",
    )
