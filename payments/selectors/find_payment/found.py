"""What a search finds, and what a finder is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from accounts.models import Customer
from payments.find_payment.typed import Typed
from payments.models import Payment, TopUp

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FOUND_MAX = 10  # of one kind; who sees more than that has to say more


@dataclass(frozen=True, slots=True)
class Found:
    """`how` says in words what of the typed led here. `top_up` is None for a customer alone."""

    how: StrOrPromise
    customer: Customer
    top_up: TopUp | None = None


@dataclass(frozen=True, slots=True)
class Finder:
    """One kind of thing that people paste.

    `looks_for` names what it looks for, "" when nothing that was typed is for it. `find` looks
    among everybody's, or among those of one customer; the newest first, at most FOUND_MAX.
    """

    looks_for: Callable[[Typed], StrOrPromise]
    find: Callable[[Typed, Customer | None], list[Found]]
    is_for_customers: bool = True


def found_payments(how: StrOrPromise, payments: Iterable[Payment]) -> list[Found]:
    """One for each top-up; the payments come with their top-up and customer."""
    top_ups = {payment.top_up_id: payment.top_up for payment in payments}
    return [Found(how, top_up.customer, top_up) for top_up in top_ups.values()]


def payments_of(whose: Customer | None) -> QuerySet[Payment]:
    """With top-up and customer, newest first; everybody's for None."""
    payments = Payment.objects.select_related("top_up__customer").order_by("-pk")
    return payments if whose is None else payments.filter(top_up__customer=whose)
