"""Once a day: the gateway's own list of changes, to find what no webhook told us."""

from datetime import datetime, timedelta

from django.db import transaction

from payments.gateways.registry import gateway_for
from payments.models import GatewayWatermark
from payments.services.file_payments import file_payments

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
    changed = set(gateway_for(gateway).remote_updates(since))
    with transaction.atomic():
        file_payments(gateway=gateway, gateway_ids=changed, why="daily-list", now=now)
        GatewayWatermark.objects.update_or_create(gateway=gateway, defaults={"read_until": now})
    return len(changed)
