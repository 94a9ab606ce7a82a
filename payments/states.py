"""The states of a payment, which moves are allowed, and how facts decide them. Pure Python.

    created ─→ awaiting_customer ⇄ processing ─→ succeeded ─→ partially_refunded ─→ refunded
       └──────────────┴───────────────┴──→ failed | canceled | expired
    succeeded ─→ processing, when staff undo the only credit
    succeeded ─→ disputed ─→ succeeded | charged_back

Facts (captures, refunds, disputes) only ever accumulate, each under the gateway's own id for
it, so any order of arrival, with repetitions, leads to the same state. Evidence of money
wins: a capture moves even a failed, canceled or expired payment to succeeded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    CREATED = "created", _("Being prepared")
    AWAITING_CUSTOMER = "awaiting_customer", _("Waiting for you")
    PROCESSING = "processing", _("Being processed")
    SUCCEEDED = "succeeded", _("Paid")
    PARTIALLY_REFUNDED = "partially_refunded", _("Partly refunded")
    REFUNDED = "refunded", _("Refunded")
    DISPUTED = "disputed", _("Disputed")
    CHARGED_BACK = "charged_back", _("Charged back")
    FAILED = "failed", _("Failed")
    CANCELED = "canceled", _("Canceled")
    EXPIRED = "expired", _("Expired")


class FactKind(TextChoices):
    """What a gateway can prove about a payment. Each is posted to the ledger once."""

    CAPTURE = "capture", _("Payment received")
    CORRECTED = "corrected", _("Credited by mistake, undone by our staff")
    PARKED = "parked", _("Received, but not as asked: kept in suspense")
    REFUND = "refund", _("Refund")
    REFUND_FAILED = "refund_failed", _("Refund failed, the money is back")
    DISPUTE = "dispute", _("Dispute opened")
    DISPUTE_WON = "dispute_won", _("Dispute won")
    DISPUTE_LOST = "dispute_lost", _("Dispute lost")


OPEN = frozenset({State.CREATED, State.AWAITING_CUSTOMER, State.PROCESSING})
DEAD = frozenset({State.FAILED, State.CANCELED, State.EXPIRED})
PAID = frozenset(State) - OPEN - DEAD

# Any open or dead payment can turn out to be paid, and whatever has been paid moves among the
# paid states as facts arrive; what is dead never opens again, what is paid never dies. A credit
# that staff undo leaves the payment waiting for the right one.
TRANSITIONS: dict[State, frozenset[State]] = {
    State.CREATED: OPEN | DEAD | PAID,
    State.AWAITING_CUSTOMER: frozenset({State.PROCESSING}) | DEAD | PAID,
    State.PROCESSING: frozenset({State.AWAITING_CUSTOMER}) | DEAD | PAID,
    **dict.fromkeys(DEAD | PAID, PAID),
    State.SUCCEEDED: PAID | {State.PROCESSING},
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is certain: its kind, the gateway's id of the object, and how much."""

    kind: FactKind
    object_id: str
    amount: Decimal


def is_all_parked(kinds: Iterable[str]) -> bool:
    """Whether money came and none of it was credited: then what goes back is in suspense too."""
    came = set(kinds)
    return FactKind.PARKED in came and FactKind.CAPTURE not in came


def state_of_facts(facts: Iterable[Fact]) -> State | None:
    """The state that the facts prove, or None while they prove nothing about money.

    A dispute outranks refunds while it is open or lost; a dispute that is both won and lost
    (a reopened case) counts as won, as the gateway has then paid the money back. Parked money
    is in suspense until a human decides: it proves nothing here unless all of it went back.
    What staff have undone proves nothing either.
    """
    by_kind: dict[FactKind, dict[str, Decimal]] = {kind: {} for kind in FactKind}
    for fact in facts:
        by_kind[fact.kind][fact.object_id] = fact.amount
    captured = sum(_without(by_kind[FactKind.CAPTURE], by_kind[FactKind.CORRECTED]))
    if not captured:
        return _state_of_parked_money(by_kind)
    unsettled = set(by_kind[FactKind.DISPUTE]) - set(by_kind[FactKind.DISPUTE_WON])
    if unsettled:
        lost = unsettled & set(by_kind[FactKind.DISPUTE_LOST])
        return State.CHARGED_BACK if lost else State.DISPUTED
    refunds = _without(by_kind[FactKind.REFUND], by_kind[FactKind.REFUND_FAILED])
    return _state_after_refunds(captured, sum(refunds))


def _without(amounts: dict[str, Decimal], undone: dict[str, Decimal]) -> Iterator[Decimal]:
    return (amount for object_id, amount in amounts.items() if object_id not in undone)


def _state_of_parked_money(by_kind: dict[FactKind, dict[str, Decimal]]) -> State | None:
    """A refund that failed later changes nothing: a human looks at that, and a state that was
    proven once must stay so in every order of the facts."""
    parked = sum(by_kind[FactKind.PARKED].values())
    is_returned = parked and sum(by_kind[FactKind.REFUND].values()) >= parked
    return State.REFUNDED if is_returned else None


def _state_after_refunds(captured: Decimal | int, refunded: Decimal | int) -> State:
    if not refunded:
        return State.SUCCEEDED
    return State.REFUNDED if refunded >= captured else State.PARTIALLY_REFUNDED


def may_move(source: State, target: State) -> bool:
    return target in TRANSITIONS[source]
