"""Amounts as PayPal takes them: a decimal text, whole for the currencies without decimals.

Source: developer.paypal.com/api/rest/reference/currency-codes.
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.paypal_api.errors import Json, impossible

WITHOUT_DECIMALS = {"HUF", "JPY", "TWD"}
CURRENCIES = WITHOUT_DECIMALS | {
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "ILS",
    "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "USD",
}  # fmt: skip


def places(currency: str) -> int:
    """Decimals that PayPal takes for a currency; Hungary's forint has none there."""
    return 0 if currency in WITHOUT_DECIMALS else 2


def check_money(money: Json, *, field: str) -> None:
    """Raises PayPalError (422) for what cannot be paid."""
    currency, value = money["currency_code"], Decimal(money["value"])
    if currency not in CURRENCIES:
        raise impossible("INVALID_CURRENCY_CODE", field=f"{field}/currency_code")
    if value <= 0:
        raise impossible("CANNOT_BE_ZERO_OR_NEGATIVE", field=f"{field}/value")
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    if decimals > places(currency):
        issue = "DECIMAL_PRECISION" if places(currency) else "DECIMALS_NOT_SUPPORTED"
        raise impossible(issue, field=f"{field}/value")


def to_json(value: Decimal, currency: str) -> Json:
    """{"currency_code": "USD", "value": "50.00"}"""
    return {"currency_code": currency, "value": f"{value:.{places(currency)}f}"}


def value_of(money: Json) -> Decimal:
    """The amount of a money object."""
    return Decimal(money["value"])
