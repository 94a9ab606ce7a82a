"""The settle path: what a gateway proves becomes facts, ledger entries and a state, at once.

Everything happens under the payment's row lock in one transaction, in this order:

    lock → is it ours? → record each new fact and post it → move the state → hold it for its
    payer → next poll → settle the promo code's bonus

A fact is keyed by the gateway's own object id and its journal entry by the same id, so a
snapshot that comes twice, late or out of order changes nothing that it should not. Locks are
taken in one order everywhere: payment row first, then balances (billing sorts those by id),
then the promo code's use. What staff do with wires locks more before: see lock_allocation.
"""

from datetime import datetime
from typing import Protocol

from django.db import transaction

from payments.gateways.base import ObservedDecline, ObservedFact, Snapshot
from payments.models import Decline, Payment, PaymentEvent, PaymentFact
from payments.selectors.declines import waits_for_other_means
from payments.selectors.new_facts import contradictions, lost_again, new_facts, vanished
from payments.selectors.poll_schedule import next_poll_at
from payments.selectors.told_of_others import apart_from_others
from payments.services.follow_refunds import follow_refunds
from payments.services.open_payer_check import open_payer_check
from payments.services.post_fact import post_fact
from payments.services.settle_promo import settle_promo
from payments.services.tell_customer import tell_customer
from payments.states import FactKind, State, is_all_parked, may_move, state_of_facts


class Post(Protocol):
    """Posts one new fact; returns the id of its journal entry, None where nothing is posted."""

    def __call__(
        self, *, payment: Payment, kind: FactKind, fact: ObservedFact, in_suspense: bool
    ) -> int | None: ...


@transaction.atomic(savepoint=False)
def merge_snapshot(
    *,
    payment_id: int,
    snapshot: Snapshot,
    asked_at: datetime,
    source: PaymentEvent.Source,
    now: datetime,
    post: Post = post_fact,
) -> Payment:
    """Merges `snapshot`, asked for at `asked_at`, into the payment; returns it as it is now.

    Joins the caller's transaction (apply_snapshot is the one for those who have none). `post`
    books a fact otherwise than against the gateway's clearing account: money that staff assign
    from suspense.

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
        details = _merge(payment, snapshot, asked_at, facts, now, post=post)
    after = _next_state(payment, snapshot, asked_at, facts)
    _move(payment, after, source, "; ".join(details))
    tell_customer(payment=payment, now=now)
    if _is_newest(payment, asked_at):
        payment.observed_at, payment.may_change_until = asked_at, snapshot.may_change_until
        if snapshot.is_processing is not None:  # otherwise what we know from elsewhere stays
            payment.waiting_for = snapshot.waiting
        payment.answer_by = snapshot.answer_by
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
    payment: Payment,
    snapshot: Snapshot,
    asked_at: datetime,
    facts: list[PaymentFact],
    now: datetime,
    *,
    post: Post,
) -> list[str]:
    """Records what is new, adds it to `facts`, and tells what that was."""
    payment.gateway_id = snapshot.gateway_id
    payment.instrument = snapshot.instrument or payment.instrument
    payment.payer_email = snapshot.payer_email or payment.payer_email
    known_count, is_newest = len(facts), _is_newest(payment, asked_at)
    snapshot, others = apart_from_others(payment, snapshot, facts)
    for kind, fact in new_facts(payment, snapshot, facts):
        facts.append(_record(payment, kind, fact, facts, post))
    new = facts[known_count:]
    details = [f"{fact}: {fact.money}" for fact in new]
    problems = (
        _once(
            payment,
            *others,
            *contradictions(payment, snapshot, facts),
            *vanished(payment, snapshot, facts, asked_at),
            snapshot.doubt,
        ),
        lost_again(snapshot, facts, new, is_newest=is_newest),
        follow_refunds(payment=payment, observed=snapshot.facts, facts=facts, new=new, now=now),
    )
    if problem := next(filter(None, problems), ""):
        details += _flag(payment, problem)
    if is_newest and snapshot.decline:
        details += _record_decline(payment, snapshot.decline)
    return details


def _once(payment: Payment, *problems: str) -> str:
    """The first that is new. The gateway goes on saying the same; staff are asked to look once."""
    for problem in filter(None, problems):
        if not payment.events.filter(detail__contains=problem[:200]).exists():
            return problem
    return ""


def _flag(payment: Payment, problem: str) -> list[str]:
    """For staff to look at; what the history gets, which is nothing when it was said before."""
    if payment.needs_review == problem:
        return []
    payment.needs_review = problem
    return [problem]


def _record(
    payment: Payment, kind: FactKind, fact: ObservedFact, facts: list[PaymentFact], post: Post
) -> PaymentFact:
    in_suspense = kind is FactKind.PARKED or is_all_parked(known.kind for known in facts)
    if kind is FactKind.PARKED:
        payment.needs_review = f"{fact.money} came instead of {payment.money}"
    elif in_suspense and kind is FactKind.REFUND_FAILED:
        payment.needs_review = f"refund {fact.object_id} failed: {fact.money} is in suspense"
    return PaymentFact.objects.create(
        payment=payment,
        gateway=payment.gateway,
        kind=kind,
        object_id=fact.object_id,
        amount=fact.money.amount,
        currency=fact.money.currency,
        entry_id=post(payment=payment, kind=kind, fact=fact, in_suspense=in_suspense),
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
    if payment.is_paid or any(fact.kind == FactKind.PARKED for fact in facts):
        return State.PROCESSING  # by staff: they have undone its only credit, or have to decide
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
