"""Which local day a refill counts for. Pure Python.

A day ends at midnight where the customer lives, 23 or 25 hours after it began when clocks
change. It never goes back, and a new one begins only when the last one that was charged in has
ended where it was counted: whoever changes the time zone gets no slot twice.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class LocalDay:
    """`ends_at` is the instant of the midnight after `day`."""

    day: date
    ends_at: datetime


def local_day(*, now: datetime, zone: ZoneInfo, last: LocalDay | None) -> LocalDay:
    """`last` is the day of the newest attempt, None before the first."""
    if last and now < last.ends_at:
        return last
    today = now.astimezone(zone).date()
    day = max(today, last.day) if last else today
    return LocalDay(day, _midnight_after(day, zone, now))


def _midnight_after(day: date, zone: ZoneInfo, now: datetime) -> datetime:
    """Where clocks skip midnight, or a whole day, the next instant there is."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    return max(midnight.astimezone(now.tzinfo), now)
