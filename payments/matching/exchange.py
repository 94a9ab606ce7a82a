"""A wire in another currency than the balance."""

from decimal import ROUND_HALF_EVEN, Decimal

from commpeak.lib.currencies import places
from commpeak.lib.money import Money


def at_rate(money: Money, rate: Decimal, currency: str) -> Money:
    """`money` in `currency`, at `rate` units of it per unit.

    Rounded here, half to even, to what people can pay in that currency.
    """
    smallest = Decimal(1).scaleb(-places(currency))
    return Money((money.amount * rate).quantize(smallest, rounding=ROUND_HALF_EVEN), currency)
