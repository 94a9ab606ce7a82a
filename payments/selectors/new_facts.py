"""What of a gateway's answer is new and may be posted, and what of it staff have to look at."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from commpeak.lib.money import Money
from payments.gateways.base import ObservedFact, Snapshot
from payments.gateways.registry import gateway_for
from payments.models import Payment, PaymentFact
from payments.states import FactKind

# Between the machines that ask and record. What has vanished is found by the next answer, too.
CLOCKS_DIFFER_MAX = timedelta(minutes=1)

AnyFact = PaymentFact | ObservedFact

_CAME = {FactKind.CAPTURE, FactKind.PARKED}
_UNDONE_BY = {FactKind.REFUND: FactKind.REFUND_FAILED, FactKind.DISPUTE: FactKind.DISPUTE_WON}
_DISPUTE_AND_WON = (FactKind.DISPUTE, FactKind.DISPUTE_WON)
_DECIDED = {FactKind.DISPUTE_WON, FactKind.DISPUTE_LOST}


def new_facts(
    payment: Payment, snapshot: Snapshot, facts: list[PaymentFact]
) -> Iterator[tuple[FactKind, ObservedFact]]:
    """Each with the kind to record it as; `facts` are those recorded already.

    Money that may not be credited as it came is parked, and what follows is told apart. Reads
    `facts` anew for each, as the caller adds what this yields. What was credited stays credited;
    what cannot be posted is left out here and told by contradictions.
    """
    for fact in snapshot.facts:
        known = {(one.kind, one.object_id) for one in facts}
        kind = fact.kind
        if (kind, fact.object_id) in known:
            continue
        if kind is FactKind.CAPTURE:
            if (FactKind.PARKED, fact.object_id) in known or _is_odd(payment, fact):
                kind = FactKind.PARKED
        elif why_not_posted(payment, fact, snapshot, facts):
            continue
        if (kind, fact.object_id) not in known:
            yield kind, _within(fact, snapshot, facts)


def why_not_posted(
    payment: Payment, fact: ObservedFact, snapshot: Snapshot, facts: list[PaymentFact]
) -> str:
    """What goes back has to be of money that came, on one account, in one currency, and there."""
    came = [one for one in facts if one.kind in _CAME]
    if len({one.kind for one in came}) > 1:
        return "may be of credited or of parked money"
    currency = came[0].currency if came else payment.currency
    if fact.money.currency != currency:
        return f"is {fact.money}, not in {currency}"
    left = _left(fact, snapshot, facts)
    if left is None or (fact.kind is FactKind.DISPUTE and left):
        return ""
    return f"is {fact.money}, and {left} is left" if fact.money > left else ""


def contradictions(payment: Payment, snapshot: Snapshot, facts: list[PaymentFact]) -> Iterator[str]:
    """What a gateway that keeps its promises never says."""
    recorded = {(fact.kind, fact.object_id): fact.money for fact in facts}
    for fact in snapshot.facts:
        name, before = f"{fact.kind} {fact.object_id}", recorded.get((fact.kind, fact.object_id))
        if before and before != fact.money:
            yield f"{name} is {fact.money} now, {before} was recorded"
        is_left_out = not before and fact.kind is not FactKind.CAPTURE
        if is_left_out and (why := why_not_posted(payment, fact, snapshot, facts)):
            yield f"{name} {why}"


def vanished(
    payment: Payment, snapshot: Snapshot, facts: list[PaymentFact], asked_at: datetime
) -> Iterator[str]:
    """Money that was certain and is not told any more, as after a reorganised chain (B7).

    Only of answers that were asked for after it was recorded: an older one may have been on its
    way meanwhile. Of a wire no answer tells anything.
    """
    if gateway_for(payment.gateway).profile.into_our_bank:
        return
    told = _ids(snapshot.facts, FactKind.CAPTURE)
    for fact in facts:
        is_told = fact.kind not in _CAME or fact.object_id in told
        if not is_told and asked_at > fact.created_at + CLOCKS_DIFFER_MAX:
            yield f"{fact} was recorded, and is not told any more"


def lost_again(
    snapshot: Snapshot, facts: list[PaymentFact], new: list[PaymentFact], *, is_newest: bool
) -> str:
    """A dispute that was won and then went on: the money is gone again, and no fact of its own
    says so. Told by the newest answer, or by an older one that comes after it."""
    if is_newest:
        told, told_won = (_ids(snapshot.facts, kind) for kind in _DISPUTE_AND_WON)
        again = (told - told_won) & _ids(facts, FactKind.DISPUTE_WON)
    else:
        opened, won = (_ids(new, kind) for kind in _DISPUTE_AND_WON)
        again = won - opened
    return "".join(f"dispute {one} was won and went on after that" for one in sorted(again)[:1])


def _is_odd(payment: Payment, capture: ObservedFact) -> bool:
    """Another amount than asked, unless the payer decides how much; always another currency."""
    if gateway_for(payment.gateway).profile.credits_what_arrives:
        return capture.money.currency != payment.currency
    return capture.money != payment.money


def _within(fact: ObservedFact, snapshot: Snapshot, facts: list[PaymentFact]) -> ObservedFact:
    """A dispute takes no more than refunds and other disputes have left, whatever it is about,
    and its end is about what it took."""
    if fact.kind in _DECIDED:
        took = [one for one in facts if (one.kind, one.object_id) == _opened(fact)]
        return replace(fact, money=took[0].money) if took else fact
    left = _left(fact, snapshot, facts)
    if fact.kind is not FactKind.DISPUTE or left is None:
        return fact
    return replace(fact, money=min(fact.money, left))


def _opened(decided: ObservedFact) -> tuple[FactKind, str]:
    return FactKind.DISPUTE, decided.object_id


def _left(fact: ObservedFact, snapshot: Snapshot, facts: list[PaymentFact]) -> Money | None:
    """How much of what came could go by `fact`. None where that is no question: it takes
    nothing in the end, it is told before the money that it takes, or we asked for it ourselves,
    so that it is not a dispute told twice."""
    undone = {
        (kind, one)
        for kind, by in _UNDONE_BY.items()
        for one in _ids((*facts, *snapshot.facts), by)
    }
    came = [one.money.amount for one in facts if one.kind in _CAME]
    is_undone = (fact.kind, fact.object_id) in undone
    if fact.kind not in _UNDONE_BY or is_undone or not came or fact.key:
        return None
    gone = [
        one.money.amount
        for one in facts
        if one.kind in _UNDONE_BY and (one.kind, one.object_id) not in undone
    ]
    left = sum(came, Decimal(0)) - sum(gone, Decimal(0))
    return Money(max(left, Decimal(0)), fact.money.currency)


def _ids(facts: Iterable[AnyFact], kind: FactKind) -> set[str]:
    return {fact.object_id for fact in facts if fact.kind == kind}
