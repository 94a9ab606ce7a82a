"""Money as people read it: digits and separators of their language, then the currency's code.

The code, not the sign, since several currencies share a sign, and since the code is what
statements, buttons and support mails have in common: "50.00 USD".
"""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from babel import Locale
from babel.core import UnknownLocaleError
from babel.numbers import get_decimal_symbol, get_plus_sign_symbol
from django.utils.translation import get_language, to_locale

from commpeak.lib.currencies import LEDGER_PLACES, places
from commpeak.lib.money import Money

MINUS = "−"


@dataclass(frozen=True, slots=True)
class MoneyParts:
    """What `money_parts` returns: whole + fraction is the number, e.g. "−1,234" and ".50"."""

    whole: str
    fraction: str
    currency: str


def amount_text(money: Money) -> str:
    """The exact amount without its currency: at least the currency's places, up to six."""
    return _number(money.amount, places(money.currency), LEDGER_PLACES)


def money_text(money: Money) -> str:
    """The exact amount and its currency: "184.2215 USD"."""
    return f"{amount_text(money)} {money.currency}"


def signed_text(money: Money) -> str:
    """As `amount_text`, with + in front of what came in."""
    plus = get_plus_sign_symbol(_locale()) if money.amount > 0 else ""
    return plus + amount_text(money)


def money_parts(money: Money) -> MoneyParts:
    """The amount in the currency's own places, rounded down: never more than there is."""
    decimal_places = places(money.currency)
    rounded = money.amount.quantize(Decimal(1).scaleb(-decimal_places), rounding=ROUND_FLOOR)
    number = _number(rounded, decimal_places, decimal_places)
    point = get_decimal_symbol(_locale())
    whole, found_point, decimals = number.partition(point)
    return MoneyParts(whole, found_point + decimals, money.currency)


def floor_text(money: Money) -> str:
    """In the currency's own places, rounded down, with its currency: "184.22 USD"."""
    parts = money_parts(money)
    return f"{parts.whole}{parts.fraction} {parts.currency}"


def _number(amount: Decimal, least_places: int, most_places: int) -> str:
    locale = _locale()
    pattern = locale.decimal_formats[None]
    text: str = pattern.apply(amount, locale, force_frac=(least_places, most_places))
    return text.replace("-", MINUS)


def _locale() -> Locale:
    try:
        return Locale.parse(to_locale(get_language() or "en"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")
