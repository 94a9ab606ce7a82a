"""Asking the gateway on behalf of a waiting browser."""

from datetime import datetime

from commpeak.lib.clock import utc_now
from payments.gateways.base import GatewayError, Snapshot
from payments.models import Payment, PaymentEvent
from payments.services.sync_payment import sync_payment


def sync_for_web(payment: Payment, *, agreed_at: datetime | None = None) -> Snapshot | None:
    """Brings `payment` up to date in place; `agreed_at` as in sync_payment.

    None when the gateway did not answer: that is recorded, and the poll asks again.
    """
    try:
        snapshot = sync_payment(
            payment_id=payment.pk,
            source=PaymentEvent.Source.WEB,
            now=utc_now(),
            agreed_at=agreed_at,
        )
    except GatewayError:
        snapshot = None
    payment.refresh_from_db()
    return snapshot
