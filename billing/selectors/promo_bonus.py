"""How much a promo code adds to a top-up."""

from decimal import ROUND_DOWN, Decimal

from billing.models import PromoCode
from commpeak.lib.currencies import places
from commpeak.lib.money import Money


def promo_bonus(*, promo: PromoCode, money: Money) -> Money:
    """For a top-up of `money`, in the same currency.

    A percentage is rounded down to the currency's own places: what is shown is what is given.
    """
    if promo.fixed is not None:
        return Money(promo.fixed, money.currency)
    share = money.amount * (promo.percent or Decimal(0)) / 100
    bonus = share.quantize(Decimal(1).scaleb(-places(money.currency)), rounding=ROUND_DOWN)
    return Money(bonus if promo.bonus_max is None else min(bonus, promo.bonus_max), money.currency)
