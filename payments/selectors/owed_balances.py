"""Balances that a refund or a dispute has left below what may be spent, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Customer
from billing.selectors.customer_balances import CustomerBalance
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text
from payments.models import PaymentFact
from payments.states import FactKind


@dataclass(frozen=True, slots=True)
class OwedBalance:
    """`owed` is positive; `why` is a sentence, and `fact` what it tells about, if anything."""

    balance: CustomerBalance
    owed: Money
    why: str
    fact: PaymentFact | None


def owed_balances(*, customer: Customer, balances: Iterable[CustomerBalance]) -> list[OwedBalance]:
    """One query for each balance that is blocked, which is none for most customers."""
    return [_owed(customer, one) for one in balances if one.available.amount < 0]


def _owed(customer: Customer, balance: CustomerBalance) -> OwedBalance:
    taken = PaymentFact.objects.filter(
        payment__top_up__customer=customer,
        payment__top_up__purse=balance.purse,
        kind__in=[FactKind.REFUND, FactKind.DISPUTE],
    )
    fact = taken.select_related("payment__top_up").order_by("-pk").first()
    return OwedBalance(balance=balance, owed=-balance.total, why=_why(fact), fact=fact)


def _why(fact: PaymentFact | None) -> str:
    if fact is None:
        return _("More was used than was on the balance.")
    text = {
        FactKind.REFUND: _(
            "%(amount)s of top-up %(top_up)s was given back, and more than was "
            "left of it was spent already."
        ),
        FactKind.DISPUTE: _(
            "Your bank took %(amount)s of top-up %(top_up)s back, and more than "
            "was left of it was spent already."
        ),
    }[FactKind(fact.kind)]
    return text % {"amount": money_text(fact.money), "top_up": fact.payment.top_up.reference}
