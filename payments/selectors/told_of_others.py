"""Facts that a gateway tells of two payments, as a PayPal dispute may be about both."""

from dataclasses import replace

from payments.gateways.base import Snapshot
from payments.models import Payment, PaymentFact


def apart_from_others(
    payment: Payment, snapshot: Snapshot, facts: list[PaymentFact]
) -> tuple[Snapshot, list[str]]:
    """The snapshot without what is recorded for another payment, and what staff are told of it.

    `facts` are those of this payment. An object of the gateway's counts once, for whom it was
    told first, with all that follows from it: a dispute and how it ended. One query, and only
    when something is told of an object that is not this payment's.
    """
    known = {fact.object_id for fact in facts}
    others = _recorded(payment, {fact.object_id for fact in snapshot.facts} - known)
    own = tuple(fact for fact in snapshot.facts if fact.object_id not in others)
    doubts = [
        f"{fact.kind} {fact.object_id} is about {others[fact.object_id]} too"
        for fact in snapshot.facts
        if fact.object_id in others
    ]
    return replace(snapshot, facts=own), doubts


def _recorded(payment: Payment, object_ids: set[str]) -> dict[str, str]:
    """The top-up's reference by the object's id."""
    if not object_ids:
        return {}
    there = PaymentFact.objects.filter(gateway=payment.gateway, object_id__in=object_ids)
    others = there.exclude(payment=payment)
    return dict(others.values_list("object_id", "payment__top_up__reference"))
