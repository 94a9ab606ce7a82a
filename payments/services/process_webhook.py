"""Acts on a stored gateway message: fetches the payment it names and settles what is true."""

from datetime import datetime, timedelta

from django.db import transaction

from commpeak.lib.clock import utc_now
from commpeak.lib.spread import spread
from payments.gateways.base import ForgedWebhook, GatewayError, GoneAtGateway
from payments.gateways.registry import gateway_for
from payments.models import Payment, PaymentEvent, WebhookEvent
from payments.services.apply_snapshot import apply_snapshot
from payments.services.sync_payment import sync_payment

# A worker that dies leaves the event to a sweep after this long and the attempt's pause: a
# gateway that hangs for minutes must not gather ever more workers on the same event.
LEASE = timedelta(seconds=30)
# An unknown payment is usually one whose own answer is still under way; after about two hours
# of growing pauses it is shown to staff.
ATTEMPTS_MAX = 8
_PAUSES = [timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900, 1800, 3600)]


def process_webhook(*, event_id: int, now: datetime) -> None:
    """Does nothing when the event is done with or another worker holds it.

    A message that names no payment is ignored. One about a payment we do not know by its id
    is looked up: it may be ours, with the answer to our start lost. If it is not, or when the
    gateway does not answer, the message comes back later and in the end to staff. What the
    gateway has dropped unpaid needs nobody. A message whose signature only the gateway can check
    is shown to it first; a forged one ends there.
    """
    event = _claim(event_id, now)
    if event is None:
        return
    try:
        _act_on(event, now)
    except ForgedWebhook as error:
        _finish(event, WebhookEvent.Status.FORGED, error.log_text)
    except GatewayError as error:
        _postpone(event, now, error.log_text)


def _act_on(event: WebhookEvent, now: datetime) -> None:
    _confirm(event)
    if not event.gateway_id:
        _finish(event, WebhookEvent.Status.IGNORED)
    elif _sync_known(event, now) or _adopt(event, now):
        _finish(event, WebhookEvent.Status.PROCESSED)
    else:
        _postpone(event, now, f"no payment has the id {event.gateway_id}")


def _confirm(event: WebhookEvent) -> None:
    """Once: what is proven needs no evidence any more."""
    if not event.evidence:
        return
    proven = gateway_for(event.gateway).confirm(event.evidence, bytes(event.body))
    event.gateway_id, event.evidence = proven.gateway_id, {}
    event.save(update_fields=["gateway_id", "evidence"])


@transaction.atomic(durable=True)
def _claim(event_id: int, now: datetime) -> WebhookEvent | None:
    event = (
        WebhookEvent.objects.select_for_update(skip_locked=True)
        .filter(pk=event_id, due_at__lte=now)
        .first()
    )
    if event is None:
        return None
    if event.attempts >= ATTEMPTS_MAX:
        _finish(event, WebhookEvent.Status.FAILED, f"{event.attempts} attempts broke off")
        return None
    event.attempts += 1
    event.due_at = now + LEASE + _pause_after(event.attempts)
    event.save(update_fields=["attempts", "due_at"])
    return event


def _pause_after(attempts: int) -> timedelta:
    return _PAUSES[min(attempts, len(_PAUSES)) - 1]


def _sync_known(event: WebhookEvent, now: datetime) -> bool:
    known = Payment.objects.filter(gateway=event.gateway, gateway_id=event.gateway_id)
    payment_id = known.values_list("pk", flat=True).first()
    if payment_id is None:
        return False
    try:
        sync_payment(
            payment_id=payment_id,
            source=PaymentEvent.Source.WEBHOOK,
            now=now,
            agreed_at=gateway_for(event.gateway).agreed_at(bytes(event.body)),
        )
    except GoneAtGateway:
        if not Payment.objects.get(pk=payment_id).is_dead:
            raise
    return True


def _adopt(event: WebhookEvent, now: datetime) -> bool:
    """Finds the payment whose start was never answered by the key its remote object carries.

    Once it has its id, it goes on as any other: a refill that was given up is settled too.
    """
    asked_at = utc_now()
    snapshot = gateway_for(event.gateway).fetch(event.gateway_id)
    unanswered = Payment.objects.filter(
        gateway=event.gateway, gateway_id="", idempotency_key=snapshot.key
    )
    payment_id = unanswered.values_list("pk", flat=True).first()
    if payment_id is None:
        return False
    apply_snapshot(
        payment_id=payment_id,
        snapshot=snapshot,
        asked_at=asked_at,
        source=PaymentEvent.Source.WEBHOOK,
        now=now,
    )
    _sync_known(event, now)
    return True


def _finish(event: WebhookEvent, status: WebhookEvent.Status, error: str = "") -> None:
    event.status, event.due_at, event.last_error = status, None, error[:300]
    event.save(update_fields=["status", "due_at", "last_error"])


def _postpone(event: WebhookEvent, now: datetime, error: str) -> None:
    if event.attempts >= ATTEMPTS_MAX:
        _finish(event, WebhookEvent.Status.FAILED, error)
        return
    pause = _pause_after(event.attempts)
    event.due_at = now + spread(pause, key=f"{event.event_id}:{event.attempts}")
    event.last_error = error[:300]
    event.save(update_fields=["due_at", "last_error"])
