"""What a rule would have done over the last days. Pure Python: the same decision, replayed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from commpeak.lib.money import Money
from payments.refill_day import LocalDay, local_day
from payments.refill_decision import Charge, RefillFacts, decide_refill
from payments.refill_numbers import RefillLimits, RefillNumbers


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`days` were looked at, or only what came after `since` when there was too much to read;
    `held_back` is how often the caps of a day or month said no."""

    days: int
    charges: list[Money]
    total: Money
    held_back: int
    since: datetime | None = None


@dataclass
class _Stage:
    """A balance, and what the day and the month have used so far."""

    balance: Money
    day: LocalDay | None = None
    used: int = 0
    taken_today: Money | None = None
    taken_this_month: Money | None = None


def rehearse(
    *,
    numbers: RefillNumbers,
    limits: RefillLimits,
    opening: Money,
    spent_by_hour: Iterable[tuple[datetime, Money]],
    zone: ZoneInfo,
    days: int,
) -> Rehearsal:
    """`opening` is the balance before the first hour; `spent_by_hour` is in order of time. Every
    charge is taken to succeed at once, and new customers' ceilings are left out."""
    stage, charges, held_back = _Stage(opening), [], 0
    for hour, spent in spent_by_hour:
        stage.balance -= spent
        _begin_day(stage, hour, zone, numbers.currency)
        facts = _facts(stage, numbers, limits, hour)
        match decide_refill(facts):
            case Charge(amount):
                charges.append(amount)
                _take(stage, amount)
            case _ if stage.balance < numbers.threshold:
                held_back += 1
    total = sum(charges, Money.zero(numbers.currency))
    return Rehearsal(days, charges, total, held_back)


def _begin_day(stage: _Stage, hour: datetime, zone: ZoneInfo, currency: str) -> None:
    day = local_day(now=hour, zone=zone, last=stage.day)
    if stage.day is None or day.day != stage.day.day:
        stage.used, stage.taken_today = 0, Money.zero(currency)
    if stage.day is None or day.day.replace(day=1) != stage.day.day.replace(day=1):
        stage.taken_this_month = Money.zero(currency)
    stage.day = day


def _take(stage: _Stage, amount: Money) -> None:
    stage.balance += amount
    stage.used += 1
    stage.taken_today = (stage.taken_today or Money.zero(amount.currency)) + amount
    stage.taken_this_month = (stage.taken_this_month or Money.zero(amount.currency)) + amount


def _facts(
    stage: _Stage, numbers: RefillNumbers, limits: RefillLimits, hour: datetime
) -> RefillFacts:
    zero = Money.zero(numbers.currency)
    room = max(limits.balance_max - stage.balance, zero)
    return RefillFacts(
        now=hour,
        is_on=True,
        balance=stage.balance,
        threshold=numbers.threshold,
        deposit=numbers.deposit,
        per_day_max=numbers.per_day_max,
        monthly_max=numbers.monthly_max,
        under_way=zero,
        open_attempt=zero,
        is_disputed=False,
        not_before=None,
        attempts_today=stage.used,
        taken_today=stage.taken_today or zero,
        taken_this_month=stage.taken_this_month or zero,
        day_ends_at=hour + timedelta(days=1),
        month_ends_at=hour + timedelta(days=31),
        ceiling=min(limits.largest, room),
        smallest=limits.smallest,
        has_card=True,
    )
