"""Acts on a stored gateway message: fetches the payment it names and settles what is true."""

from datetime import datetime, timedelta

from django.db import transaction

from payments.gateways.base import GatewayError
from payments.models import Payment, PaymentEvent, WebhookEvent
from payments.services.sync_payment import sync_payment

# A worker that dies leaves the event to the next sweep after this long.
LEASE = timedelta(seconds=30)
# An unknown payment is usually one whose own answer is still under way; after about two hours
# of growing pauses it is shown to staff.
ATTEMPTS_MAX = 8
_PAUSES = [timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900, 1800, 3600)]


def process_webhook(*, event_id: int, now: datetime) -> None:
    """Does nothing when the event is done with or another worker holds it.

    A message about none of our objects is ignored; one about an unknown payment, or whose
    gateway does not answer, comes back later and in the end to staff.
    """
    event = _claim(event_id, now)
    if event is None:
        return
    if not event.gateway_id:
        _finish(event, WebhookEvent.Status.IGNORED)
        return
    try:
        payment = Payment.objects.get(gateway=event.gateway, gateway_id=event.gateway_id)
        sync_payment(payment_id=payment.pk, source=PaymentEvent.Source.WEBHOOK, now=now)
    except Payment.DoesNotExist:
        _postpone(event, now, f"no payment has the id {event.gateway_id}")
    except GatewayError as error:
        _postpone(event, now, error.log_text)
    else:
        _finish(event, WebhookEvent.Status.PROCESSED)


@transaction.atomic(durable=True)
def _claim(event_id: int, now: datetime) -> WebhookEvent | None:
    event = (
        WebhookEvent.objects.select_for_update(skip_locked=True)
        .filter(pk=event_id, due_at__lte=now)
        .first()
    )
    if event:
        event.attempts += 1
        event.due_at = now + LEASE
        event.save(update_fields=["attempts", "due_at"])
    return event


def _finish(event: WebhookEvent, status: WebhookEvent.Status, error: str = "") -> None:
    event.status, event.due_at, event.last_error = status, None, error[:300]
    event.save(update_fields=["status", "due_at", "last_error"])


def _postpone(event: WebhookEvent, now: datetime, error: str) -> None:
    if event.attempts >= ATTEMPTS_MAX:
        _finish(event, WebhookEvent.Status.FAILED, error)
        return
    event.due_at = now + _PAUSES[event.attempts - 1]
    event.last_error = error[:300]
    event.save(update_fields=["due_at", "last_error"])
