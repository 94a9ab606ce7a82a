"""Which days of a gateway are compared with our books tonight."""

from datetime import UTC, date, datetime, timedelta

from django.db.models import Exists, OuterRef
from django.db.models.functions import TruncDate

from payments.models import GatewayDay, PaymentFact
from payments.states import FactKind

# A day is compared more than once, since what a gateway told late is booked on the day it
# happened.
DAYS = 3
# Facts are dated by when their object was made at the gateway: an e-cheque that clears after
# six working days changes, there and here, a day that was compared for the last time before.
# Nights that were missed are made up for when no more than this has passed.
RECORDED_WITHIN = timedelta(days=14)
# PayPal keeps its list for thirty days: an older day would seem to be missing there
DAYS_BACK_MAX = timedelta(days=29)
LATE_DAYS_MAX = 31  # each is a list to ask the gateway for; what is left waits for the next night
# a fact may be committed so long after the time that it bears, unseen by a check in between
COMMITTED_WITHIN = timedelta(minutes=5)


def days_to_compare(*, gateway: str, now: datetime) -> list[date]:
    """The last whole days (UTC), newest first, then the earlier ones about which something was
    recorded since they were compared."""
    today = now.astimezone(UTC).date()
    last = [today - timedelta(days=back) for back in range(1, DAYS + 1)]
    return last + _late_days(
        gateway,
        earliest=today - DAYS_BACK_MAX,
        before=last[-1],
        recorded_since=now - RECORDED_WITHIN,
    )


def _late_days(
    gateway: str, *, earliest: date, before: date, recorded_since: datetime
) -> list[date]:
    """What a lost dispute took went with the dispute, so its end changes no day."""
    facts = (
        PaymentFact.objects.filter(gateway=gateway, created_at__gte=recorded_since)
        .exclude(kind=FactKind.DISPUTE_LOST)
        .annotate(day=TruncDate("occurred_at", tzinfo=UTC))
        .filter(day__gte=earliest, day__lt=before)
    )
    compared_since = GatewayDay.objects.filter(
        gateway=gateway,
        day=OuterRef("day"),
        currency=OuterRef("currency"),
        checked_at__gte=OuterRef("created_at") + COMMITTED_WITHIN,
    )
    days = facts.exclude(Exists(compared_since)).values_list("day", flat=True)
    return list(days.order_by("-day").distinct()[:LATE_DAYS_MAX])
