"""Moves our refunds, and tells the customer, by what the gateway has proven."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from accounts.models import KEY_LENGTH_MAX, Category
from accounts.services.notify_customer import notify_customer
from payments.gateways.base import ObservedFact
from payments.models import Payment, PaymentFact, Refund
from payments.refund_states import RefundState, may_refund_move
from payments.services.move_refund import move_refund
from payments.states import FactKind, is_all_parked

_MAILED = {
    FactKind.REFUND: "money_refunded",
    FactKind.DISPUTE: "money_disputed",
    FactKind.DISPUTE_WON: "money_dispute_won",
    FactKind.CORRECTED: "money_corrected",
}


def follow_refunds(
    *,
    payment: Payment,
    observed: Iterable[ObservedFact],
    facts: Sequence[PaymentFact],
    new: Sequence[PaymentFact],
    now: datetime,
) -> str:
    """What does not fit, for staff, or "".

    `observed` is what the gateway said just now, `facts` all that is recorded of this payment
    and `new` the last of those. A refund that carries the key of one of ours processes it, one
    that failed fails it; money that left or came back without a refund of ours is told by an
    e-mail. Looks at all facts each time, so that whatever was missed is caught up. The caller
    holds the payment's lock; a second call changes nothing.
    """
    refunds: list[Refund] = []
    if any(fact.kind == FactKind.REFUND for fact in facts):
        refunds = list(payment.refunds.select_for_update().order_by("pk"))
    problem = _process(refunds, observed, facts, now)
    _fail(refunds, facts, now)
    ours = {refund.proof_id for refund in refunds}
    for fact in new:
        if fact.kind in _MAILED and fact.pk not in ours:
            _mail(payment, fact, facts, now)
    return problem


def _process(
    refunds: list[Refund],
    observed: Iterable[ObservedFact],
    facts: Sequence[PaymentFact],
    now: datetime,
) -> str:
    problem = ""
    keys = {fact.key: fact.object_id for fact in observed if fact.kind is FactKind.REFUND}
    proofs = {fact.object_id: fact for fact in facts if fact.kind == FactKind.REFUND}
    for refund in refunds:
        proof = proofs.get(keys.get(refund.reference, ""))
        if proof is None or refund.proof_id:
            continue
        if not may_refund_move(RefundState(refund.state), RefundState.PROCESSED):
            problem = f"refund {refund.reference} is {refund.state}, and {proof} carries its key"
            continue
        if proof.money != refund.money:
            problem = f"refund {refund.reference} of {refund.money} gave {proof.money} back"
        refund.proof = proof
        refund.sent_at = refund.sent_at or now
        move_refund(
            refund=refund,
            to=RefundState.PROCESSED,
            actor=f"gateway:{proof.gateway}",
            detail=proof.object_id,
            now=now,
        )
    return problem


def _fail(refunds: list[Refund], facts: Sequence[PaymentFact], now: datetime) -> None:
    """The bank behind the card may send a refund back after days."""
    failed = {fact.object_id for fact in facts if fact.kind == FactKind.REFUND_FAILED}
    for refund in refunds:
        proof = refund.proof
        if refund.state == RefundState.PROCESSED and proof and proof.object_id in failed:
            move_refund(
                refund=refund,
                to=RefundState.FAILED,
                actor=f"gateway:{proof.gateway}",
                detail="the money came back",
                now=now,
            )


def _mail(payment: Payment, fact: PaymentFact, facts: Sequence[PaymentFact], now: datetime) -> None:
    is_credited = not is_all_parked(one.kind for one in facts)
    notify_customer(
        category=Category.PAYMENTS,
        customer=payment.top_up.customer,
        key=f"fact:{fact.gateway}:{fact.kind}:{fact.object_id}"[:KEY_LENGTH_MAX],
        template=_MAILED[FactKind(fact.kind)],
        context={
            "fact": fact,
            "top_up": payment.top_up,
            "is_credited": is_credited,
            "path": payment.top_up.get_absolute_url(),
        },
        now=now,
    )
