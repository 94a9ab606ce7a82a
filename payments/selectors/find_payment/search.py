""" "I paid, where is it?": every finder that has something to look for is asked.

What else can be looked through gets its own Finder and a line in FINDERS.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import prefetch_related_objects

from accounts.models import Customer, User
from payments.find_payment.typed import Typed, read_typed
from payments.selectors.find_payment.by_amount import BY_AMOUNT
from payments.selectors.find_payment.by_customer import BY_ACCOUNT_NUMBER, BY_EMAIL
from payments.selectors.find_payment.by_gateway_id import BY_GATEWAY_ID
from payments.selectors.find_payment.by_receipt import BY_RECEIPT
from payments.selectors.find_payment.by_reference import BY_REFERENCE, BY_WIRE_REFERENCE
from payments.selectors.find_payment.found import FOUND_MAX, Finder, Found

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FINDERS = [
    BY_REFERENCE,
    BY_GATEWAY_ID,
    BY_WIRE_REFERENCE,
    BY_ACCOUNT_NUMBER,
    BY_EMAIL,
    BY_AMOUNT,
    BY_RECEIPT,
]


@dataclass(frozen=True, slots=True)
class Search:
    """`looked_for` says in words what the typed was taken for; empty when it was nothing.

    `found` holds each top-up once and at most FOUND_MAX; `is_cut` when there were more."""

    typed: Typed
    looked_for: list[StrOrPromise]
    found: list[Found]
    is_cut: bool = False


def search(
    text: str, *, today: date, whose: Customer | None = None, reader: User | None = None
) -> Search:
    """`whose`: only that customer's payments, and nothing else; else all that `reader`, a member
    of staff, may see.

    An account number beside an amount narrows the amount to that customer. At most 11 queries.
    """
    typed = read_typed(text, today=today, currencies=settings.CURRENCIES)
    looked_for: list[StrOrPromise] = []
    found: list[Found] = []
    for finder in FINDERS:
        name = finder.looks_for(typed)
        if name and _may_look(finder, whose, reader):
            looked_for.append(name)
            found += finder.find(typed, whose or _named(found))
    return _result(typed, looked_for, found)


def _may_look(finder: Finder, whose: Customer | None, reader: User | None) -> bool:
    if not finder.permission:
        return True
    return whose is None and reader is not None and reader.has_perm(finder.permission)


def _named(found: list[Found]) -> Customer | None:
    """The one customer that an account number or address before this has named."""
    alone = (one.customer for one in found if one.top_up is None)
    customers = {customer.pk: customer for customer in alone if customer}
    return next(iter(customers.values())) if len(customers) == 1 else None


def _result(typed: Typed, looked_for: list[StrOrPromise], found: list[Found]) -> Search:
    once = list(_once(found))
    shown = once[:FOUND_MAX]
    # one query for the payments of all, from which is read how each stands
    prefetch_related_objects([one.top_up for one in shown if one.top_up], "payments")
    return Search(typed, looked_for, shown, is_cut=len(once) > FOUND_MAX)


def _once(found: list[Found]) -> Iterator[Found]:
    """A customer alone is left out where a top-up of theirs was found."""
    with_top_up = {one.customer for one in found if one.top_up}
    seen = set()
    for one in found:
        is_covered = one.key[0] == "Customer" and one.customer in with_top_up
        if one.key not in seen and not is_covered:
            seen.add(one.key)
            yield one
