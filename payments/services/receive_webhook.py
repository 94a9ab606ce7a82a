"""Stores a gateway's message, once, before anyone acts on it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from payments.gateways.registry import gateway_for
from payments.models import WebhookEvent


def receive_webhook(
    *, gateway: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> WebhookEvent | None:
    """The stored event, or None when the same event was stored before.

    Raises ForgedWebhook or InvalidInput, and then stores nothing. When it returns, the event
    is safe: a worker finds it by `due_at` even if nobody is told.
    """
    notification = gateway_for(gateway).verify(headers, body)
    try:
        with transaction.atomic():
            return WebhookEvent.objects.create(
                gateway=gateway,
                event_id=notification.event_id,
                event_type=notification.event_type,
                gateway_id=notification.gateway_id,
                body=body,
                evidence=dict(notification.evidence),
                received_at=now,
                due_at=now,
            )
    except IntegrityError:  # webhook_event_is_stored_once
        return None
