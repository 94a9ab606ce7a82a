"""Gives a user a customer of their own: an account number and an address to fill in."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Address, Customer, Membership, User
from commpeak.lib.ids import new_account_number

# Nine million numbers, drawn at random: with a million customers three draws in a row are
# taken once in 700 sign-ups, eight in a row practically never.
_DRAWS_MAX = 8


def open_customer(*, user: User, currency: str, now: datetime, time_zone: str = "UTC") -> Customer:
    """The customer that `user` acts for, newly opened with `user` as its administrator.

    `currency` is the account currency (ISO 4217) and `time_zone` an IANA name; the currency
    and the account number never change afterwards. A user who already acts for a customer
    gets that one back and nothing is written, also when two tabs do this at once.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        existing = Customer.objects.filter(memberships__user=user).order_by("pk").first()
        if existing is not None:
            return existing
        customer = _with_free_account_number(
            Customer(currency=currency, time_zone=time_zone, created_at=now)
        )
        Membership.objects.create(customer=customer, user=user, role=Membership.Role.ADMIN)
        Address.objects.create(customer=customer)
        return customer


def _with_free_account_number(customer: Customer) -> Customer:
    for _attempt in range(_DRAWS_MAX):
        customer.account_number = new_account_number()
        try:
            with transaction.atomic():
                customer.save(force_insert=True)
        except IntegrityError as error:
            if "account_number" not in str(error):
                raise
        else:
            return customer
    raise RuntimeError("no free account number found: the range is used up")
