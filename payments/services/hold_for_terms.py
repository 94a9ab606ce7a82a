"""A payment whose customer has not agreed to the terms stays here."""

from datetime import datetime

from payments.gateways.base import Snapshot
from payments.gateways.registry import gateway_for
from payments.models import Payment, PaymentEvent
from payments.selectors.poll_schedule import is_overdue
from payments.services.end_unstarted_payment import end_unstarted_payment
from payments.states import OPEN, State


def hold_for_terms(*, payment_id: int, source: PaymentEvent.Source, now: datetime) -> Snapshot:
    """Asks nobody, and lets it expire when it has waited too long; an empty snapshot.

    Nothing is looked at again before that: agreeing starts the payment. A second call changes
    nothing more.
    """
    payment = Payment.objects.get(pk=payment_id)
    if is_overdue(payment, now):
        end_unstarted_payment(payment_id=payment_id, state=State.EXPIRED, source=source, now=now)
    else:
        waits_until = payment.created_at + gateway_for(payment.gateway).profile.unpaid_expires_after
        held = Payment.objects.filter(pk=payment_id, gateway_id="", state__in=OPEN)
        held.update(next_poll_at=waits_until)
    return Snapshot(gateway_id="", key=payment.idempotency_key)
