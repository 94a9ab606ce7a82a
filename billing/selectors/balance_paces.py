"""How long each balance lasts at the customer's pace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal

from billing.selectors.customer_balances import CustomerBalance
from billing.selectors.daily_average import daily_average
from commpeak.lib.money import Money

RECOMMENDED_DAYS = 3  # time to notice a mail on Friday and to top up on Monday
_STEP = 5
DAYS_SHOWN_MAX = 365


@dataclass(frozen=True, slots=True)
class BalancePace:
    """`average` is what an average day takes; None while no pace is known."""

    balance: CustomerBalance
    average: Money | None

    @property
    def days_left(self) -> int | None:
        """Whole days until nothing is left to spend, at most DAYS_SHOWN_MAX; 0: less than one."""
        if self.average is None:
            return None
        days = int(max(self.balance.available.amount, Decimal(0)) / self.average.amount)
        return min(days, DAYS_SHOWN_MAX)

    @property
    def is_for_long(self) -> bool:
        return self.days_left == DAYS_SHOWN_MAX

    @property
    def recommended_threshold(self) -> Money | None:
        """RECOMMENDED_DAYS at this pace, in round figures."""
        return self.use_of_days(RECOMMENDED_DAYS)

    def use_of_days(self, days: int) -> Money | None:
        """What so many average days take, rounded up to a round figure."""
        if self.average is None:
            return None
        steps = self.average.amount * days / _STEP
        whole_steps = steps.to_integral_value(rounding=ROUND_CEILING)
        return Money(whole_steps * _STEP, self.average.currency)


def balance_paces(*, balances: Sequence[CustomerBalance], now: datetime) -> list[BalancePace]:
    """In the order of `balances`. One query."""
    averages = daily_average(account_ids=[b.account_id for b in balances], today=now.date())
    return [_pace(balance, averages.get(balance.account_id)) for balance in balances]


def _pace(balance: CustomerBalance, average: Decimal | None) -> BalancePace:
    currency = balance.money.currency
    return BalancePace(balance, None if average is None else Money(average, currency))
