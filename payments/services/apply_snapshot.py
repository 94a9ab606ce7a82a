"""The settle path: what a gateway proves becomes facts, ledger entries and a state, at once.

Everything happens under the payment's row lock in one transaction, in this order:

    lock → is it ours? → record each new fact and post it → move the state → hold it for its
    payer → next poll → settle the promo code's bonus

A fact is keyed by the gateway's own object id and its journal entry by the same id, so a
snapshot that comes twice, late or out of order changes nothing that it should not. Locks are
taken in one order everywhere: payment row first, then balances (billing sorts those by id),
then the promo code's use.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from payments.gateways.base import ObservedDecline, ObservedFact, Snapshot
from payments.gateways.registry import gateway_for
from payments.models import Decline, Payment, PaymentEvent, PaymentFact
from payments.selectors.declines import waits_for_other_means
from payments.selectors.poll_schedule import next_poll_at
from payments.services.open_payer_check import open_payer_check
from payments.services.post_fact import post_fact
from payments.services.settle_promo import settle_promo
from payments.states import FactKind, State, may_move, state_of_facts


@transaction.atomic(durable=True)
def apply_snapshot(
    *,
    payment_id: int,
    snapshot: Snapshot,
    asked_at: datetime,
    source: PaymentEvent.Source,
    now: datetime,
) -> Payment:
    """Merges `snapshot`, asked for at `asked_at`, into the payment; returns it as it is now.

    Facts always count. What passes (processing, declined, dead) counts only when no newer
    answer was merged before. A snapshot that is not ours flags the payment for review and
    counts for nothing. Applying the same snapshot again changes nothing.
    """
    payment = (
        Payment.objects.select_for_update(of=("self",))
        .select_related("top_up__customer")
        .get(pk=payment_id)
    )
    facts = list(payment.facts.all())
    if problem := _foreign(payment, snapshot):
        details = _flag(payment, problem)
    else:
        details = _merge(payment, snapshot, asked_at, facts)
    after = _next_state(payment, snapshot, asked_at, facts)
    _move(payment, after, source, "; ".join(details))
    if _is_newest(payment, asked_at):
        payment.observed_at, payment.may_change_until = asked_at, snapshot.may_change_until
        if snapshot.is_processing is not None:  # otherwise what we know from elsewhere stays
            payment.waiting_for = snapshot.waiting
        if snapshot.awaits_capture and after is State.PROCESSING and not payment.needs_review:
            open_payer_check(payment=payment, now=now)
    payment.next_poll_at = next_poll_at(payment, now)
    payment.save()
    if facts or payment.is_dead:
        settle_promo(top_up=payment.top_up, now=now)
    return payment


def _foreign(payment: Payment, snapshot: Snapshot) -> str:
    """Why the snapshot cannot be about this payment, or "". Our own id is always compared."""
    if snapshot.review_reason:
        return snapshot.review_reason
    if payment.gateway_id and snapshot.gateway_id != payment.gateway_id:
        return f"answer about another payment: {snapshot.gateway_id}"
    if snapshot.key != payment.idempotency_key:
        return f"answer with another key: {snapshot.key[:40]}"
    return ""


def _merge(
    payment: Payment, snapshot: Snapshot, asked_at: datetime, facts: list[PaymentFact]
) -> list[str]:
    """Records what is new, adds it to `facts`, and tells what that was."""
    payment.gateway_id = snapshot.gateway_id
    payment.instrument = snapshot.instrument or payment.instrument
    payment.payer_email = snapshot.payer_email or payment.payer_email
    new = [_record(payment, kind, fact) for kind, fact in _new_facts(payment, snapshot, facts)]
    facts += new
    details = [f"{fact}: {fact.money}" for fact in new]
    if problem := _contradiction(payment, snapshot, facts):
        details += _flag(payment, problem)
    if _is_newest(payment, asked_at) and snapshot.decline:
        details += _record_decline(payment, snapshot.decline)
    return details


def _new_facts(
    payment: Payment, snapshot: Snapshot, facts: list[PaymentFact]
) -> Iterator[tuple[FactKind, ObservedFact]]:
    """Money that may not be credited as it came is parked, and with it what follows.

    What was credited stays credited, and what is in another currency cannot be posted to the
    balance: both are told by _contradiction.
    """
    known = {(fact.kind, fact.object_id) for fact in facts}
    parked = {object_id for kind, object_id in known if kind == FactKind.PARKED}
    for fact in snapshot.facts:
        kind = fact.kind
        if (kind, fact.object_id) in known:
            continue
        if kind is FactKind.CAPTURE and (fact.object_id in parked or _is_odd(payment, fact)):
            kind = FactKind.PARKED
            parked.add(fact.object_id)
        elif kind is not FactKind.CAPTURE and (parked or fact.money.currency != payment.currency):
            continue
        if (kind, fact.object_id) not in known:
            yield kind, fact


def _is_odd(payment: Payment, capture: ObservedFact) -> bool:
    """Another amount than asked, unless the payer decides how much; always another currency."""
    if gateway_for(payment.gateway).profile.credits_what_arrives:
        return capture.money.currency != payment.currency
    return capture.money != payment.money


def _contradiction(payment: Payment, snapshot: Snapshot, facts: list[PaymentFact]) -> str:
    """What a gateway that keeps its promises never says, or ""."""
    recorded = {(fact.kind, fact.object_id): fact.money for fact in facts}
    for fact in snapshot.facts:
        name, before = f"{fact.kind} {fact.object_id}", recorded.get((fact.kind, fact.object_id))
        if before and before != fact.money:
            return f"{name} is {fact.money} now, {before} was recorded"
        if fact.kind is not FactKind.CAPTURE and fact.money.currency != payment.currency:
            return f"{name} is {fact.money}, not in {payment.currency}"
    return ""


def _flag(payment: Payment, problem: str) -> list[str]:
    """For staff to look at; what the history gets, which is nothing when it was said before."""
    if payment.needs_review == problem:
        return []
    payment.needs_review = problem
    return [problem]


def _record(payment: Payment, kind: FactKind, fact: ObservedFact) -> PaymentFact:
    if kind is FactKind.PARKED:
        payment.needs_review = f"{fact.money} came instead of {payment.money}"
    return PaymentFact.objects.create(
        payment=payment,
        gateway=payment.gateway,
        kind=kind,
        object_id=fact.object_id,
        amount=fact.money.amount,
        currency=fact.money.currency,
        entry_id=post_fact(payment=payment, kind=kind, fact=fact),
        occurred_at=fact.occurred_at,
    )


def _record_decline(payment: Payment, decline: ObservedDecline) -> list[str]:
    _row, is_new = Decline.objects.get_or_create(
        payment=payment,
        object_id=decline.object_id,
        defaults={
            "kind": decline.kind,
            "code": decline.code,
            "fingerprint": decline.fingerprint,
        },
    )
    return [f"declined: {decline.code}"] if is_new else []


def _move(payment: Payment, after: State, source: PaymentEvent.Source, detail: str) -> None:
    """State and its event row are written together; nothing new leaves no row."""
    before = State(payment.state)
    if before != after and not may_move(before, after):
        raise AssertionError(f"payment {payment.pk}: {before} cannot become {after}")
    if before != after or detail:
        PaymentEvent.objects.create(
            payment=payment, source=source, from_state=before, to_state=after, detail=detail[:300]
        )
    payment.state = after


def _next_state(
    payment: Payment, snapshot: Snapshot, asked_at: datetime, facts: list[PaymentFact]
) -> State:
    current = State(payment.state)
    if proven := state_of_facts(fact.as_fact() for fact in facts):
        return proven
    if payment.is_dead:
        return current
    if any(fact.kind == FactKind.PARKED for fact in facts):
        return State.PROCESSING  # by a human, and no longer by the customer
    if payment.needs_review or not _is_newest(payment, asked_at):
        return current
    if snapshot.awaits_capture and waits_for_other_means(payment):
        return State.AWAITING_CUSTOMER  # the agreement stands, but it was refused
    return snapshot.dead or _state_while_open(current, snapshot)


def _state_while_open(current: State, snapshot: Snapshot) -> State:
    if snapshot.is_processing is None:  # the gateway cannot tell, so what we know stays
        return State.AWAITING_CUSTOMER if current is State.CREATED else current
    return State.PROCESSING if snapshot.is_processing else State.AWAITING_CUSTOMER


def _is_newest(payment: Payment, asked_at: datetime) -> bool:
    return payment.observed_at is None or asked_at >= payment.observed_at
