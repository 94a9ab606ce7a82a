"""The numbers of an automatic refill, and which of them can never work, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commpeak.lib.currencies import places
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text

PER_DAY_MAX = 20  # the database allows no more either


@dataclass(frozen=True, slots=True)
class RefillNumbers:
    """What the customer chooses. With `days_left`, `threshold` is what that is worth now."""

    deposit: Money
    threshold: Money
    per_day_max: int
    monthly_max: Money | None = None
    days_left: int | None = None

    @property
    def currency(self) -> str:
        return self.deposit.currency

    @property
    def day_money_max(self) -> Money:
        """What one day can cost at most, whatever happens."""
        return Money(self.deposit.amount * self.per_day_max, self.currency)


@dataclass(frozen=True, slots=True)
class RefillLimits:
    """TOP_UP_LIMITS of one currency: of one charge, and of what a balance may hold."""

    smallest: Money
    largest: Money
    balance_max: Money


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` is the name of the number to change: deposit, threshold, per_day_max, monthly_max."""

    field: str
    text: str


def problems_of(numbers: RefillNumbers, limits: RefillLimits) -> list[Problem]:
    """Why a rule with these numbers could never do what it is for; empty when it can."""
    return list(_range_problems(numbers, limits)) or list(_together_problems(numbers, limits))


def _range_problems(numbers: RefillNumbers, limits: RefillLimits) -> Iterator[Problem]:
    least, most = money_text(limits.smallest), money_text(limits.largest)
    if not limits.smallest <= numbers.deposit <= limits.largest:
        text = _("The deposit must be from %(least)s to %(most)s.")
        yield Problem("deposit", text % {"least": least, "most": most})
    if not Money.zero(numbers.currency) < numbers.threshold <= limits.largest:
        text = _("The threshold must be above 0 and at most %(most)s.")
        yield Problem("threshold", text % {"most": most})
    if not 1 <= numbers.per_day_max <= PER_DAY_MAX:
        text = _("The maximum per day must be from 1 to %(most)s.")
        yield Problem("per_day_max", text % {"most": PER_DAY_MAX})
    if numbers.monthly_max is not None and numbers.monthly_max < numbers.deposit:
        text = _("The maximum per month must allow at least one deposit of %(deposit)s.")
        yield Problem("monthly_max", text % {"deposit": money_text(numbers.deposit)})


def _together_problems(numbers: RefillNumbers, limits: RefillLimits) -> Iterator[Problem]:
    if numbers.threshold + numbers.deposit > limits.balance_max:
        text = _("A balance may hold %(most)s: the threshold and one deposit are more than that.")
        yield Problem("threshold", text % {"most": money_text(limits.balance_max)})
    elif not _lifts(numbers.deposit, numbers, limits):
        without_month = replace(numbers, monthly_max=None)
        is_month = _lifts(numbers.deposit, without_month, limits)
        yield Problem("monthly_max" if is_month else "deposit", _never_enough(numbers, limits))


def _lifts(deposit: Money, numbers: RefillNumbers, limits: RefillLimits) -> bool:
    """Whether one refill brings an empty balance back to the threshold, in whole deposits."""
    count = (numbers.threshold.amount / deposit.amount).to_integral_value(ROUND_CEILING)
    most = min(limits.largest, numbers.monthly_max or limits.largest)
    return count <= numbers.per_day_max and deposit.amount * count <= most.amount


def _never_enough(numbers: RefillNumbers, limits: RefillLimits) -> str:
    text = _(
        "With %(payments)s, one refill could never bring an empty balance back to %(threshold)s."
    ) % {"payments": _payments(numbers), "threshold": money_text(numbers.threshold)}
    smallest = smallest_deposit(numbers, limits)
    hint = _("The smallest deposit that would is %(deposit)s.")
    return f"{text} {hint % {'deposit': money_text(smallest)}}" if smallest else text


def _payments(numbers: RefillNumbers) -> str:
    text = ngettext(
        "%(n)s payment a day of %(deposit)s",
        "%(n)s payments a day of %(deposit)s",
        numbers.per_day_max,
    ) % {"n": numbers.per_day_max, "deposit": money_text(numbers.deposit)}
    if numbers.monthly_max is None:
        return text
    month = _("%(payments)s and at most %(most)s a month")
    return month % {"payments": text, "most": money_text(numbers.monthly_max)}


def smallest_deposit(numbers: RefillNumbers, limits: RefillLimits) -> Money | None:
    """The least that one payment would have to be, with the other numbers as they are."""
    unit = Decimal(1).scaleb(-places(numbers.currency))
    for count in range(numbers.per_day_max, 0, -1):
        share = (numbers.threshold.amount / count).quantize(unit, ROUND_CEILING)
        deposit = Money(max(share, limits.smallest.amount), numbers.currency)
        if deposit <= limits.largest and _lifts(deposit, numbers, limits):
            return deposit
    return None
