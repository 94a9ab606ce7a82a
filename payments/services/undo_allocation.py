"""Takes back what was done with a wire: the money is in suspense again."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from billing.services.post_reversal import post_reversal
from commpeak.lib.errors import Conflict
from payments.gateways.base import ObservedFact, Snapshot
from payments.models import Allocation, Payment, PaymentEvent, TopUp
from payments.services.lock_allocation import lock_allocation
from payments.services.merge_snapshot import merge_snapshot
from payments.states import FactKind, State


@transaction.atomic
def undo_allocation(*, allocation_id: int, actor: User, reason: str, now: datetime) -> Allocation:
    """Reverses its entry, forced past the credit limit: a wrong credit may be spent already.

    The wire's line is open again, the customer is told, and the top-up waits for the right
    wire; one that staff opened for a credit, and nobody has announced a wire for, is over.
    Raises Conflict when it is not done (a second click: it is undone), InvalidInput without a
    reason.
    """
    allocation = lock_allocation(allocation_id=allocation_id)
    if allocation.stage != Allocation.Stage.DONE:
        raise Conflict(
            _("It cannot be undone: it is %(stage)s.")
            % {"stage": allocation.get_stage_display().lower()}
        )
    if allocation.payment:
        _take_out(allocation, allocation.payment, actor, reason, now)
    else:
        _reverse(allocation, actor, reason, now)
    allocation.stage = Allocation.Stage.UNDONE
    allocation.undone_by = actor
    allocation.save(update_fields=["stage", "undone_by", "reversal"])
    return allocation


def _take_out(
    allocation: Allocation, payment: Payment, actor: User, reason: str, now: datetime
) -> None:
    assert allocation.credited is not None  # noqa: S101  a payment has a credit
    fact = ObservedFact(
        kind=FactKind.CORRECTED,
        object_id=allocation.fact_id,
        money=allocation.credited,
        occurred_at=now,
    )
    key = payment.idempotency_key
    answer = Snapshot(gateway_id=key, key=key, is_processing=None)
    merge = partial(
        merge_snapshot,
        payment_id=payment.pk,
        asked_at=now,
        source=PaymentEvent.Source.STAFF,
        now=now,
    )
    payment = merge(
        snapshot=replace(answer, facts=(fact,)),
        post=partial(_post_reversal, allocation=allocation, actor=actor, reason=reason, now=now),
    )
    if _nobody_waits_for(payment):
        merge(snapshot=replace(answer, dead=State.EXPIRED))


def _nobody_waits_for(payment: Payment) -> bool:
    """Staff opened the top-up for a credit, and its customer has not announced a wire since."""
    is_waiting = payment.state == State.PROCESSING and not payment.waiting
    return is_waiting and _is_opened_for_a_credit(payment.top_up)


def _is_opened_for_a_credit(top_up: TopUp) -> bool:
    """credit_wire gives such a top-up the request key of its credit."""
    return top_up.allocations.filter(request_key=top_up.request_key).exists()


def _post_reversal(
    *, allocation: Allocation, actor: User, reason: str, now: datetime, **_fact: object
) -> int:
    return _reverse(allocation, actor, reason, now)


def _reverse(allocation: Allocation, actor: User, reason: str, now: datetime) -> int:
    assert allocation.entry_id is not None  # noqa: S101  it is done
    reversal = post_reversal(entry_id=allocation.entry_id, actor=str(actor), reason=reason, now=now)
    allocation.reversal_id = reversal.entry_id
    return reversal.entry_id
