"""Asking the gateway on behalf of a waiting browser."""

from commpeak.lib.clock import utc_now
from payments.gateways.base import GatewayError, Snapshot
from payments.models import Payment, PaymentEvent
from payments.services.sync_payment import sync_payment


def sync_for_web(payment: Payment) -> Snapshot | None:
    """Brings `payment` up to date in place.

    None when the gateway did not answer: that is recorded, and the poll asks again.
    """
    try:
        snapshot = sync_payment(
            payment_id=payment.pk, source=PaymentEvent.Source.WEB, now=utc_now()
        )
    except GatewayError:
        snapshot = None
    payment.refresh_from_db()
    return snapshot
