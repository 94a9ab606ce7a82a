"""Money in templates; loaded everywhere (see `builtins` in the settings)."""

from django import template

from commpeak.lib.money import Money
from commpeak.lib.money_text import (
    MoneyParts,
    amount_text,
    floor_text,
    money_parts,
    money_text,
    signed_text,
)

register = template.Library()

register.filter("money", money_text)
register.filter("amount", amount_text)
register.filter("signed", signed_text)
register.filter("money_floor", floor_text)


@register.inclusion_tag("components/money.html")
def money_figure(money: Money, classes: str = "") -> dict[str, str | bool | MoneyParts]:
    """A figure for cards and the header: rounded down to the currency's own places.

    `classes`: any of money--big, money--in. The exact amount is its tooltip.
    """
    return {
        "parts": money_parts(money),
        "exact": money_text(money),
        "classes": classes,
        "is_negative": money.amount < 0,
    }
