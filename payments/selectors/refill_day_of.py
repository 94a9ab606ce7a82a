"""The local day that a rule's next refill counts for, and what that day has used."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.time_zones import zone
from commpeak.lib.money import Money
from payments.models.refill import REFILLS_PER_DAY_BOUND, AutoRefillRule, RefillAttempt
from payments.refill_day import LocalDay, local_day


@dataclass(frozen=True, slots=True)
class RefillDay:
    """`used` slots, failed attempts too; `taken` was charged or may still be."""

    day: LocalDay
    used: int
    taken: Money


def refill_day_of(*, rule: AutoRefillRule, now: datetime) -> RefillDay:
    """One query. The day is the one of the customer's time zone, see payments.refill_day."""
    newest = list(rule.attempts.order_by("-local_day", "-n")[:REFILLS_PER_DAY_BOUND])
    last = LocalDay(newest[0].local_day, newest[0].day_ends_at) if newest else None
    day = local_day(now=now, zone=zone(rule.customer.time_zone), last=last)
    of_day = [attempt for attempt in newest if attempt.local_day == day.day]
    taken = [a.amount for a in of_day if a.state != RefillAttempt.State.FAILED]
    return RefillDay(
        day,
        used=max((attempt.n for attempt in of_day), default=0),
        taken=Money(sum(taken, Decimal(0)), rule.currency),
    )
