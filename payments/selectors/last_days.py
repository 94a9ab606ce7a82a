"""Which days of the gateways are compared each night."""

from datetime import UTC, date, datetime, timedelta

# A day is compared more than once, since what a gateway told late is booked on the day it
# happened; whatever is older is found by its list of changes.
DAYS = 3


def last_days(*, now: datetime) -> list[date]:
    """The last whole days (UTC), newest first."""
    today = now.astimezone(UTC).date()
    return [today - timedelta(days=back) for back in range(1, DAYS + 1)]
