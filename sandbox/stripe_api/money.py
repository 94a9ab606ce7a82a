"""Amounts as Stripe takes them: whole smallest units, with a floor and a ceiling."""

from __future__ import annotations

from decimal import Decimal

from sandbox.stripe_api.errors import invalid_request

WITHOUT_DECIMALS = {
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga",
    "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf",
}  # fmt: skip
# https://docs.stripe.com/currencies: decimals other than two, and what can be charged at least
DECIMALS = {
    **dict.fromkeys(WITHOUT_DECIMALS, 0),
    **dict.fromkeys(["bhd", "jod", "kwd", "omr", "tnd"], 3),
}
MINIMUMS = {
    **dict.fromkeys(["usd", "aud", "brl", "cad", "chf", "eur", "inr", "nzd", "sgd"], 50),
    "gbp": 30, "aed": 200, "bgn": 100, "czk": 1500, "dkk": 250, "hkd": 400, "huf": 17500,
    "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "pln": 200, "ron": 200, "sek": 300,
    "thb": 1000, "uah": 2000, "ils": 200, "zar": 1000, "try": 2000, "kwd": 150, "bhd": 200,
}  # fmt: skip
AMOUNT_MAX = 99_999_999
SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}


def check_amount(amount: int, currency: str) -> str:
    """The currency in lower case. Raises invalid_request when either cannot be charged."""
    currency = currency.lower()
    if currency not in MINIMUMS:
        raise invalid_request(
            f"Invalid currency: {currency}. Stripe currently supports these currencies: "
            f"{', '.join(sorted(MINIMUMS))}",
            param="currency",
        )
    if amount < 1:
        raise invalid_request(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param="amount",
        )
    if amount < MINIMUMS[currency]:
        raise _outside("amount_too_small", "at least", MINIMUMS[currency], currency)
    if amount > AMOUNT_MAX:
        raise _outside("amount_too_large", "no more than", AMOUNT_MAX, currency)
    return currency


def readable(amount: int, currency: str) -> str:
    """`$50.00 usd`, as Stripe's messages write it."""
    places = DECIMALS.get(currency, 2)
    value = Decimal(amount).scaleb(-places)
    return f"{SYMBOLS.get(currency, '')}{value:,.{places}f} {currency}"


def _outside(code: str, words: str, limit: int, currency: str) -> Exception:
    return invalid_request(
        f"Amount must be {words} {readable(limit, currency)}", code=code, param="amount"
    )
