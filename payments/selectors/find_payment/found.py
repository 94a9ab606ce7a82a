"""What a search finds, and what a finder is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from accounts.models import Customer
from payments.find_payment.typed import Typed
from payments.models import Payment, Receipt, TopUp

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FOUND_MAX = 10  # of one kind; who sees more than that has to say more


@dataclass(frozen=True, slots=True)
class Found:
    """`how` says in words what of the typed led here. It is a top-up of a customer, a customer
    alone, or a wire in suspense, which is nobody's yet."""

    how: StrOrPromise
    customer: Customer | None
    top_up: TopUp | None = None
    receipt: Receipt | None = None

    @property
    def key(self) -> tuple[str, int]:
        """The same for the same thing, whatever led to it."""
        thing = self.top_up or self.receipt or self.customer
        if thing is None:
            raise ValueError("nothing was found")
        return type(thing).__name__, thing.pk


@dataclass(frozen=True, slots=True)
class Finder:
    """One kind of thing that people paste.

    `looks_for` names what it looks for, "" when nothing that was typed is for it. `find` looks
    among everybody's, or among those of one customer; the newest first, at most FOUND_MAX.
    `permission` is what staff need to see what it finds, "" for the payments that the page is
    about; only those are looked for by customers, among their own.
    """

    looks_for: Callable[[Typed], StrOrPromise]
    find: Callable[[Typed, Customer | None], list[Found]]
    permission: str = ""


def found_payments(how: StrOrPromise, payments: Iterable[Payment]) -> list[Found]:
    """One for each top-up; the payments come with their top-up and customer."""
    top_ups = {payment.top_up_id: payment.top_up for payment in payments}
    return [Found(how, top_up.customer, top_up) for top_up in top_ups.values()]


def payments_of(whose: Customer | None) -> QuerySet[Payment]:
    """With top-up and customer, newest first; everybody's for None."""
    payments = Payment.objects.select_related("top_up__customer").order_by("-pk")
    return payments if whose is None else payments.filter(top_up__customer=whose)
