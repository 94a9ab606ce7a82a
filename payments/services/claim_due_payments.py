"""Takes payments whose next poll is due, so that no two workers ask about the same one."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from payments.models import Payment

# A worker that dies leaves its claim to the next sweep after this long.
LEASE = timedelta(seconds=45)
CLAIMED_AT_ONCE_MAX = 100


@transaction.atomic(durable=True)
def claim_due_payments(*, now: datetime) -> list[int]:
    """Ids of at most 100 due payments, longest overdue first, each leased for 45 seconds."""
    due = (
        Payment.objects.select_for_update(skip_locked=True)
        .filter(next_poll_at__lte=now)
        .order_by("next_poll_at")
        .values_list("pk", flat=True)[:CLAIMED_AT_ONCE_MAX]
    )
    ids = list(due)
    Payment.objects.filter(pk__in=ids).update(
        next_poll_at=now + LEASE, poll_count=F("poll_count") + 1
    )
    return ids
