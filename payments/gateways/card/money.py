"""Amounts as Stripe takes them. Source: docs.stripe.com/currencies."""

from commpeak.lib.money import Money
from payments.gateways.base import GatewayError

# Stripe and ISO 4217 count these in different units (docs.stripe.com/currencies, special
# cases), so that a hundredth or the hundredfold of what is credited would be charged.
UNITS_DIFFER = {"ISK", "MGA", "UGX"}


def smallest_units(money: Money) -> int:
    """Raises a permanent GatewayError for currencies that we do not take by card."""
    if money.currency in UNITS_DIFFER:
        raise GatewayError(f"cards are not charged in {money.currency}", permanent=True)
    return money.to_minor_units()
