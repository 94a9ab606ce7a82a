"""The one way to learn what became of a payment: ask the gateway, then settle what it proves.

The return page, webhooks, the poll and staff all come through here. Calls in any order and
any number lead to the same books (see apply_snapshot).
"""

from datetime import datetime

from commpeak.lib.clock import utc_now
from commpeak.lib.fault_points import fault_point
from payments.gateways.base import GatewayError, Order, Snapshot
from payments.gateways.registry import gateway_for
from payments.models import Payment, PaymentEvent
from payments.selectors.declines import has_too_many_declines
from payments.selectors.poll_schedule import is_overdue
from payments.services.apply_snapshot import apply_snapshot
from payments.services.record_gateway_error import record_gateway_error
from payments.states import State


def sync_payment(*, payment_id: int, source: PaymentEvent.Source, now: datetime) -> Snapshot:
    """Takes the payment one step further at the gateway and records the truth.

    A payment whose remote object is not known yet is started (again, with the same idempotency
    key); an unpaid one that is too old or was declined too often is canceled; any other is
    fetched. Returns the snapshot, which holds what the customer has to do next.

    Raises GatewayError, after recording it, when the gateway refused or did not answer; the
    poll then comes back. Must not be called inside a transaction: a gateway may take long.
    """
    payment = Payment.objects.select_related("top_up__customer").get(pk=payment_id)
    asked_at = utc_now()
    try:
        snapshot = _ask(payment, now)
    except GatewayError as error:
        record_gateway_error(payment_id=payment_id, error=error, source=source, now=now)
        raise
    fault_point("after_gateway_answer")
    apply_snapshot(
        payment_id=payment_id, snapshot=snapshot, asked_at=asked_at, source=source, now=now
    )
    return snapshot


def _ask(payment: Payment, now: datetime) -> Snapshot:
    gateway = gateway_for(payment.gateway)
    if not payment.gateway_id:
        fault_point("before_gateway_start")
        return gateway.start(_order_of(payment))
    if payment.state == State.AWAITING_CUSTOMER and _should_end(payment, now):
        return gateway.cancel(payment.gateway_id)
    return gateway.fetch(payment.gateway_id)


def _order_of(payment: Payment) -> Order:
    """Never in the language of whoever asks: a repeated `start` must send the same words."""
    top_up = payment.top_up
    return Order(
        key=payment.idempotency_key,
        reference=top_up.reference,
        money=payment.money,
        description=f"{top_up.purse} balance, top-up {top_up.reference}",
        account_number=top_up.customer.account_number,
    )


def _should_end(payment: Payment, now: datetime) -> bool:
    return is_overdue(payment, now) or has_too_many_declines(payment=payment, now=now)
