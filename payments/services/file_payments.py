"""Files payments in the inbox, as if their webhooks had come."""

from collections.abc import Iterable
from datetime import datetime

from payments.models import WebhookEvent


def file_payments(*, gateway: str, gateway_ids: Iterable[str], why: str, now: datetime) -> int:
    """How many; a worker fetches each. Nothing is filed twice for the same `why` and `now`.

    `why` is the event's type in the inbox: "daily-list".
    """
    ids = sorted(set(gateway_ids))
    for gateway_id in ids:
        WebhookEvent.objects.get_or_create(
            gateway=gateway,
            event_id=f"{why}:{now:%Y-%m-%dT%H:%M:%S}:{gateway_id}",
            defaults={
                "event_type": why,
                "gateway_id": gateway_id,
                "body": b"",
                "received_at": now,
                "due_at": now,
            },
        )
    return len(ids)
