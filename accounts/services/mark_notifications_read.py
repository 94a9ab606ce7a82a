"""Notes that what stood under the bell was seen."""

from datetime import datetime

from accounts.models import Customer, Notification


def mark_notifications_read(
    *, customer: Customer, now: datetime, oldest: int | None = None, newest: int | None = None
) -> int:
    """Marks the customer's unread notifications from id `oldest` to `newest`; tells how many.

    Without a bound there is none on that side. What comes in meanwhile has a higher id than a
    page showed, so it stays unread. A second call marks nothing and moves no time.
    """
    unread = Notification.objects.filter(customer=customer, read_at__isnull=True)
    if oldest is not None:
        unread = unread.filter(id__gte=oldest)
    if newest is not None:
        unread = unread.filter(id__lte=newest)
    return unread.update(read_at=now)
