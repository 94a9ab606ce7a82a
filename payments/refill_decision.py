"""Whether to refill now, and with how much. Pure Python: facts in, a decision out.

The order of the rules is the order of this file. The first one that says no is the one that the
customer reads; what they could do about it comes before what only time mends.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_CEILING

from commpeak.lib.money import Money
from payments.refill_reasons import Reason

DECLINES_IN_A_ROW_MAX = 3
_PAUSES_AFTER_DECLINES = [timedelta(hours=hours) for hours in (1, 6, 24)]
# when a "no" is looked at again although nothing has happened that would ask for it
LOOK_AGAIN_UNDER_WAY = timedelta(minutes=1)
LOOK_AGAIN_LATER = timedelta(hours=1)
LOOK_AGAIN_GUARD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class RefillFacts:
    """What is known at `now`. `balance` is what the customer sees, promo credit included.

    `taken_today` and `taken_this_month` count what was or may still be charged, so no failed
    attempt; `attempts_today` counts those too. `ceiling` is the most that limits allow to add
    now. `open_attempt` is the amount of a refill that has not ended, however long ago it began, 0
    without one.
    `stopped_by` is "customer" or "all" when the operator's guard has closed.
    """

    now: datetime
    is_on: bool
    balance: Money
    threshold: Money
    deposit: Money
    per_day_max: int
    monthly_max: Money | None
    under_way: Money
    open_attempt: Money
    is_disputed: bool
    not_before: datetime | None
    attempts_today: int
    taken_today: Money
    taken_this_month: Money
    day_ends_at: datetime
    month_ends_at: datetime
    ceiling: Money
    smallest: Money
    has_card: bool
    stopped_by: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    amount: Money


@dataclass(frozen=True, slots=True)
class No:
    """`look_again_at` None: only something that asks for a look by itself can change it."""

    reason: Reason
    look_again_at: datetime | None = None
    facts: dict[str, str] = field(default_factory=dict)


def decide_refill(facts: RefillFacts) -> Charge | No:
    """One charge for the whole shortfall, in whole deposits, inside every cap; or why not."""
    return (
        _no_need(facts) or _must_wait(facts) or _used_up(facts) or _cannot(facts) or _charge(facts)
    )


def back_off(declines_in_a_row: int) -> timedelta:
    """How long to wait after so many declines (from 1)."""
    return _PAUSES_AFTER_DECLINES[min(declines_in_a_row, len(_PAUSES_AFTER_DECLINES)) - 1]


def _no_need(facts: RefillFacts) -> No | None:
    if facts.balance >= facts.threshold:
        return No(Reason.ENOUGH)
    if not facts.is_on:
        return No(Reason.NOT_ON)
    return None


def _must_wait(facts: RefillFacts) -> No | None:
    if facts.is_disputed:
        return No(Reason.DISPUTED, facts.now + LOOK_AGAIN_LATER)
    if under_way := max(facts.under_way, facts.open_attempt):
        soon = facts.now + LOOK_AGAIN_UNDER_WAY
        return No(Reason.UNDER_WAY, soon, {"under_way": f"{under_way.amount:f}"})
    if facts.not_before and facts.now < facts.not_before:
        return No(Reason.BACK_OFF, facts.not_before, {"until": facts.not_before.isoformat()})
    return None


def _used_up(facts: RefillFacts) -> No | None:
    """The maximum of the day in payments and in money, and of the month in money."""
    day, month = {"until": facts.day_ends_at.isoformat()}, facts.month_ends_at
    if facts.attempts_today >= facts.per_day_max:
        return No(Reason.DAY_USED, facts.day_ends_at, day | {"max": str(facts.per_day_max)})
    if _left_today(facts) < facts.deposit:
        most = {"most": f"{_day_money_max(facts).amount:f}"}
        return No(Reason.DAY_AMOUNT_USED, facts.day_ends_at, day | most)
    if facts.monthly_max and facts.monthly_max - facts.taken_this_month < facts.deposit:
        most = {"most": f"{facts.monthly_max.amount:f}", "until": month.isoformat()}
        return No(Reason.MONTH_USED, month, most)
    return None


def _cannot(facts: RefillFacts) -> No | None:
    later = facts.now + LOOK_AGAIN_LATER
    if facts.ceiling < facts.deposit or facts.ceiling < facts.smallest:
        return No(Reason.OVER_CEILING, later, {"most": f"{facts.ceiling.amount:f}"})
    if not facts.has_card:
        return No(Reason.NO_CARD, later)
    if facts.stopped_by:
        again = facts.now + LOOK_AGAIN_GUARD
        return No(Reason.GUARD, again, {"stopped_by": facts.stopped_by})
    return None


def _charge(facts: RefillFacts) -> Charge:
    """ceil(shortfall / deposit) deposits, or as many as fit; at least one does by now."""
    shortfall = (facts.threshold - facts.balance).amount
    wanted = int((shortfall / facts.deposit.amount).to_integral_value(ROUND_CEILING))
    fitting = int(_room(facts).amount // facts.deposit.amount)
    return Charge(Money(facts.deposit.amount * min(wanted, fitting), facts.deposit.currency))


def _room(facts: RefillFacts) -> Money:
    rooms = [facts.ceiling, _left_today(facts)]
    if facts.monthly_max:
        rooms.append(facts.monthly_max - facts.taken_this_month)
    return min(rooms, key=lambda room: room.amount)


def _day_money_max(facts: RefillFacts) -> Money:
    """What the customer was told that a day can cost at most."""
    return Money(facts.deposit.amount * facts.per_day_max, facts.deposit.currency)


def _left_today(facts: RefillFacts) -> Money:
    return _day_money_max(facts) - facts.taken_today
