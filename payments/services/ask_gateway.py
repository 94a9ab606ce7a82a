"""Asks a payment's gateway something and settles what the answer proves."""

from collections.abc import Callable
from datetime import datetime

from commpeak.lib.clock import utc_now
from commpeak.lib.fault_points import fault_point
from payments.gateways.base import Gateway, GatewayError, Snapshot
from payments.gateways.registry import gateway_for
from payments.models import Payment, PaymentEvent
from payments.selectors.may_be_taken import PAID_OTHERWISE
from payments.services.apply_snapshot import apply_snapshot
from payments.services.record_gateway_error import record_gateway_error

Question = Callable[[Gateway, Payment], Snapshot]


def ask_gateway(
    *, payment_id: int, question: Question, source: PaymentEvent.Source, now: datetime
) -> Snapshot:
    """Prepare, call, record: the call itself is made outside any lock or transaction.

    Raises GatewayError, after recording it, when the gateway refused or did not answer; the
    poll then comes back. Must not be called inside a transaction: a gateway may take long.
    """
    payments = Payment.objects.select_related("top_up__customer")
    payment = payments.annotate(is_paid_otherwise=PAID_OTHERWISE).get(pk=payment_id)
    asked_at = utc_now()
    try:
        snapshot = question(gateway_for(payment.gateway), payment)
    except GatewayError as error:
        record_gateway_error(payment_id=payment_id, error=error, source=source, now=now)
        raise
    fault_point("after_gateway_answer")
    apply_snapshot(
        payment_id=payment_id, snapshot=snapshot, asked_at=asked_at, source=source, now=now
    )
    return snapshot
