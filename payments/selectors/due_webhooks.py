"""Stored gateway messages that a worker should look at now."""

from datetime import datetime

from payments.models import WebhookEvent

FOUND_AT_ONCE_MAX = 500


def due_webhooks(*, now: datetime) -> list[int]:
    """Ids, longest waiting first, at most 500; process_webhook claims each for itself."""
    due = WebhookEvent.objects.filter(due_at__lte=now).order_by("due_at")
    return list(due.values_list("pk", flat=True)[:FOUND_AT_ONCE_MAX])
