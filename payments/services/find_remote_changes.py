"""Once a day: the gateway's own list of changes, to find what no webhook told us."""

from datetime import datetime, timedelta

from django.db import transaction

from payments.gateways.registry import gateway_for
from payments.models import GatewayWatermark, WebhookEvent

FIRST_LOOK_BACK = timedelta(days=30)  # as long as Stripe keeps its list of events
OVERLAP = timedelta(hours=1)  # events become visible a little after they happened


def find_remote_changes(*, gateway: str, now: datetime) -> int:
    """Files every changed payment in the inbox, as if its webhook had come; returns how many.

    A second call files what changed since the first and, for safety, an hour before it; nothing
    is filed twice by the same call. The watermark moves when the whole list was read: a list
    that breaks off is read again. Raises GatewayError.
    """
    watermark = GatewayWatermark.objects.filter(gateway=gateway).first()
    since = watermark.read_until - OVERLAP if watermark else now - FIRST_LOOK_BACK
    changed = sorted(set(gateway_for(gateway).remote_updates(since)))
    with transaction.atomic():
        for gateway_id in changed:
            WebhookEvent.objects.get_or_create(
                gateway=gateway,
                event_id=f"daily-list:{now:%Y-%m-%dT%H:%M:%S}:{gateway_id}",
                defaults={
                    "event_type": "daily-list",
                    "gateway_id": gateway_id,
                    "body": b"",
                    "received_at": now,
                    "due_at": now,
                },
            )
        GatewayWatermark.objects.update_or_create(gateway=gateway, defaults={"read_until": now})
    return len(changed)
