"""How much of what came for a top-up has stayed with us."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from commpeak.lib.money import Money
from payments.models import PaymentFact, TopUp
from payments.states import Fact, FactKind, is_all_parked


@dataclass(frozen=True, slots=True)
class KeptMoney:
    """`captured` is all that was credited, `kept` what refunds and disputes have left of it."""

    captured: Money
    kept: Money


def kept_money(top_up: TopUp) -> KeptMoney:
    """Over all payments of the top-up: its customer may have paid twice. What went back of one
    whose money was parked took nothing from the others. One query."""
    by_payment: dict[int, list[Fact]] = {}
    for row in PaymentFact.objects.filter(payment__top_up=top_up):
        by_payment.setdefault(row.payment_id, []).append(row.as_fact())
    credited = [
        fact
        for facts in by_payment.values()
        if not is_all_parked(fact.kind for fact in facts)
        for fact in facts
    ]
    return kept_of_facts(credited, currency=top_up.currency)


def kept_of_facts(facts: Iterable[Fact], *, currency: str) -> KeptMoney:
    """A refund that failed and a dispute that was won count as if they had never been; a lost
    dispute took its money when it was opened. Parked money was never credited, and what staff
    have undone counts as if it never had been."""
    by_kind: dict[FactKind, dict[str, Decimal]] = {kind: {} for kind in FactKind}
    for fact in facts:
        by_kind[fact.kind][fact.object_id] = fact.amount
    captured = _without(by_kind[FactKind.CAPTURE], by_kind[FactKind.CORRECTED])
    refunded = _without(by_kind[FactKind.REFUND], by_kind[FactKind.REFUND_FAILED])
    disputed = _without(by_kind[FactKind.DISPUTE], by_kind[FactKind.DISPUTE_WON])
    kept = max(captured - refunded - disputed, Decimal(0))
    return KeptMoney(Money(captured, currency), Money(kept, currency))


def _without(taken: dict[str, Decimal], undone: dict[str, Decimal]) -> Decimal:
    lost = (amount for object_id, amount in taken.items() if object_id not in undone)
    return sum(lost, Decimal(0))
