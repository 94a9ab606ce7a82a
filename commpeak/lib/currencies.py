"""How many decimal places each currency has towards people and gateways.

Source: ISO 4217, table A.1 ("minor unit" column). Only currencies with other than two
places are listed; two is the rule. The ledger itself keeps six places for every currency.
"""

from functools import cache

LEDGER_PLACES = 6

_ZERO_PLACES = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND"}
    | {"VUV", "XAF", "XOF", "XPF"}
)
_THREE_PLACES = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


@cache  # asked for every amount; there are few codes, and what is none is not kept
def places(currency: str) -> int:
    """Decimal places of the currency's smallest unit: 2 for USD, 0 for JPY, 3 for KWD.

    Raises ValueError when `currency` is not three capital letters.
    """
    if not (
        len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()
    ):
        raise ValueError(f"not an ISO 4217 code: {currency!r}")
    if currency in _ZERO_PLACES:
        return 0
    return 3 if currency in _THREE_PLACES else 2
