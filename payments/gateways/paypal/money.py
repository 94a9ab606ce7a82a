"""Amounts as PayPal writes them. Source: developer.paypal.com/api/rest/reference/currency-codes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from commpeak.lib.money import Money
from payments.gateways.base import GatewayError

# Otherwise than in ISO 4217, the forint and the Taiwan dollar have no decimals at PayPal.
_WITHOUT_DECIMALS = frozenset({"HUF", "JPY", "TWD"})
CURRENCIES = _WITHOUT_DECIMALS | {
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS",
    "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "USD",
}  # fmt: skip


def to_paypal(money: Money) -> dict[str, str]:
    """Exact: what would have to be rounded, or is in another currency, is refused for good."""
    if money.currency not in CURRENCIES:
        raise GatewayError(
            f"not a currency of PayPal's: {money}",
            permanent=True,
            user_text=_("PayPal does not take %(currency)s.") % {"currency": money.currency},
        )
    places = 0 if money.currency in _WITHOUT_DECIMALS else 2
    rounded = money.amount.quantize(Decimal(1).scaleb(-places))
    if rounded != money.amount:
        raise GatewayError(
            f"finer than PayPal takes: {money}",
            permanent=True,
            user_text=_("PayPal takes whole %(currency)s only.") % {"currency": money.currency},
        )
    return {"currency_code": money.currency, "value": f"{rounded:f}"}


def from_paypal(money: Any) -> Money:
    """Raises KeyError, TypeError, ValueError or ArithmeticError for what is no amount."""
    return Money(Decimal(str(money["value"])), money["currency_code"])
