"""Gives the money of an approved refund back, once, and settles what the gateway answers."""

from datetime import datetime, timedelta

from django.db import transaction

from commpeak.lib.clock import utc_now
from commpeak.lib.fault_points import fault_point
from payments.gateways.base import GatewayError, RefundOrder
from payments.gateways.registry import gateway_for
from payments.models import PaymentEvent, Refund
from payments.refund_states import RefundState
from payments.services.apply_snapshot import apply_snapshot
from payments.services.lock_refund import lock_refund
from payments.services.move_refund import move_refund

# How long until the gateway is asked again: after an answer that was lost, and while the refund
# is on its way there. The first is longer than a call with all its retries can take, so that no
# two workers ask at once. The last one repeats: banks may take days.
_PAUSES = [timedelta(minutes=minutes) for minutes in (3, 10, 30, 120, 720, 1440)]


def process_refund(*, refund_id: int, now: datetime) -> None:
    """Does nothing for a refund that is not approved, or that another worker holds.

    Prepare, call, record: the gateway is called outside any lock, with the refund's reference
    as key, so that a second call gives nothing more. The refund becomes processed by the fact
    in the answer; without one it stays approved and is asked about again. A refusal fails it,
    an unknown outcome leaves it as it is.
    """
    refund = _claim(refund_id, now)
    if refund is None:
        return
    asked_at = utc_now()
    try:
        snapshot = gateway_for(refund.payment.gateway).refund(_order_of(refund))
    except GatewayError as error:
        _record_error(refund_id, error, now)
        return
    fault_point("after_gateway_refund")
    Refund.objects.filter(pk=refund_id, sent_at=None).update(sent_at=now, last_error="")
    apply_snapshot(
        payment_id=refund.payment_id,
        snapshot=snapshot,
        asked_at=asked_at,
        source=PaymentEvent.Source.POLL,
        now=now,
    )


@transaction.atomic(durable=True)
def _claim(refund_id: int, now: datetime) -> Refund | None:
    refund = (
        Refund.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("payment", "capture")
        .filter(pk=refund_id, state=RefundState.APPROVED, due_at__lte=now)
        .first()
    )
    if refund:
        refund.due_at = now + _PAUSES[min(refund.attempts, len(_PAUSES) - 1)]
        refund.attempts += 1
        refund.save(update_fields=["due_at", "attempts"])
    return refund


def _order_of(refund: Refund) -> RefundOrder:
    return RefundOrder(
        key=refund.reference,
        gateway_id=refund.payment.gateway_id,
        payment_key=refund.payment.idempotency_key,
        capture_id=refund.capture.object_id,
        money=refund.money,
    )


@transaction.atomic(durable=True)
def _record_error(refund_id: int, error: GatewayError, now: datetime) -> None:
    """After a refusal the payment is asked about as well: perhaps it was refunded elsewhere."""
    refund = lock_refund(refund_id=refund_id)
    refund.last_error = error.log_text[:300]
    if not error.permanent or refund.state != RefundState.APPROVED:
        refund.save(update_fields=["last_error"])
        return
    move_refund(
        refund=refund,
        to=RefundState.FAILED,
        actor=f"gateway:{refund.payment.gateway}",
        detail=error.log_text,
        now=now,
    )
    refund.payment.next_poll_at = now
    refund.payment.save(update_fields=["next_poll_at"])
