"""An amount as people write it: 49.90, 49,90, 1,234.50, 1.234,50, €100, 100 EUR."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from commpeak.lib.money import AMOUNT_BOUND

_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
_NUMBER = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:[ .,'’][0-9]{3})+(?:[.,][0-9]{1,2})?(?![0-9])"
                     r"|(?<![0-9.,])[0-9]{1,12}(?:[.,][0-9]{1,6})?(?![0-9])")  # fmt: skip
_CODE = re.compile(r"(?<![A-Za-z])[A-Za-z]{3}(?![A-Za-z])")
_GROUPED = re.compile(r"[0-9]{1,3}([ .,'’][0-9]{3})+")


@dataclass(frozen=True, slots=True)
class TypedAmount:
    """`currency` is "" when none was written."""

    amount: Decimal
    currency: str


def typed_amount(text: str, *, currencies: Collection[str]) -> TypedAmount | None:
    """The first number in `text` that can be an amount, or None. Dates are taken out before.

    `currencies` are those that there are here: any other three letters are a word.
    """
    found = _NUMBER.search(text)
    if found is None:
        return None
    amount = _decimal(found[0])
    if not 0 < amount < AMOUNT_BOUND:
        return None
    return TypedAmount(amount, _currency(text, currencies))


def _decimal(written: str) -> Decimal:
    """Three digits after the only separator are thousands: "1,000" is no price with mills."""
    last = max(written.rfind("."), written.rfind(","))
    if last < 0 or _GROUPED.fullmatch(written):
        return Decimal(re.sub(r"[^0-9]", "", written))
    whole = re.sub(r"[^0-9]", "", written[:last])
    return Decimal(f"{whole}.{written[last + 1 :]}")


def _currency(text: str, currencies: Collection[str]) -> str:
    codes = [code.upper() for code in _CODE.findall(text)]
    signs = [code for sign, code in _SIGNS.items() if sign in text]
    return next((code for code in codes + signs if code in currencies), "")
