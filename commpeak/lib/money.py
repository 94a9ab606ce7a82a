"""Money: an exact amount that knows its currency.

Amounts are Decimals with at most six places (calls cost fractions of a cent) and fit the
ledger's numeric(20,6). No float comes near, and nothing here ever rounds: what would have
to be rounded is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from commpeak.lib.currencies import LEDGER_PLACES, places

AMOUNT_BOUND = Decimal(10) ** 14  # numeric(20,6) holds 14 digits before the point
_UNITS = [Decimal(1).scaleb(-decimal_places) for decimal_places in range(LEDGER_PLACES + 1)]
_PLAIN_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` in units of `currency` (not minor units); negative is allowed.

    Raises TypeError for anything but a Decimal and ValueError for an amount that is not
    finite, too large for the ledger or finer than six places.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"Money takes a Decimal, not {type(self.amount).__name__}")
        places(self.currency)
        if not self.amount.is_finite() or abs(self.amount) >= AMOUNT_BOUND:
            raise ValueError(f"not an amount the ledger can hold: {self.amount}")
        if not _fits(self.amount, LEDGER_PLACES):
            raise ValueError(f"finer than {LEDGER_PLACES} decimal places: {self.amount}")

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(Decimal(0), currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """Reads what a person typed: digits and at most one point, e.g. "50" or "50.00".

        Raises ValueError for signs, exponents, separators, other scripts' digits and more
        decimals than the currency has.
        """
        text = text.strip()
        if not _PLAIN_NUMBER.fullmatch(text):
            raise ValueError(f"not a plain number: {text[:40]!r}")
        money = cls(Decimal(text), currency)
        if not money.is_payable:
            raise ValueError(f"{currency} has {places(currency)} decimal places: {text!r}")
        return money

    @classmethod
    def from_minor_units(cls, units: int, currency: str) -> Money:
        """5000 of USD is 50.00, 5000 of JPY is 5000."""
        return cls(Decimal(units).scaleb(-places(currency)), currency)

    def to_minor_units(self) -> int:
        """50.00 USD is 5000; raises ValueError when that would take rounding."""
        if not self.is_payable:
            raise ValueError(f"{self} is finer than the smallest unit of {self.currency}")
        return int(self.amount.scaleb(places(self.currency)))

    @property
    def is_payable(self) -> bool:
        """Whether the amount can be paid outside: no finer than the currency's smallest unit."""
        return _fits(self.amount, places(self.currency))

    def __str__(self) -> str:
        """For logs and memos: at least the currency's own places, e.g. "50.00 USD"."""
        shown = self.amount if not self.is_payable else self._with_currency_places()
        return f"{shown:f} {self.currency}"

    def _with_currency_places(self) -> Decimal:
        return self.amount.quantize(Decimal(1).scaleb(-places(self.currency)))

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._amount_of(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._amount_of(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._amount_of(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._amount_of(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._amount_of(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._amount_of(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def _amount_of(self, other: Money) -> Decimal:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be mixed")
        return other.amount


def total(items: Iterable[Money], currency: str) -> Money:
    """The sum of `items`, all of which must be in `currency`; zero of it when there are none."""
    return sum(items, start=Money.zero(currency))


def _fits(amount: Decimal, decimal_places: int) -> bool:
    """Exact: below AMOUNT_BOUND the quotient has fewer digits than the context keeps."""
    return not amount % _UNITS[decimal_places]
