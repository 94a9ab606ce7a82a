"""A failed gateway message gets another round of attempts."""

from datetime import datetime

from payments.models import WebhookEvent


def requeue_webhook(*, event_id: int, now: datetime) -> bool:
    """Whether it had failed; one that has not is left as it is."""
    failed = WebhookEvent.objects.filter(pk=event_id, status=WebhookEvent.Status.FAILED)
    return bool(failed.update(status=WebhookEvent.Status.RECEIVED, attempts=0, due_at=now))
