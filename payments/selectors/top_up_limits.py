"""TOP_UP_LIMITS of one currency, also of one that the operator has taken out of them."""

from collections.abc import Mapping
from decimal import Decimal

from django.conf import settings

_NOTHING = {
    name: Decimal(0)
    for name in ("top_up_min", "top_up_max", "balance_max", "new_customer_daily_max")
}


def is_offered(currency: str) -> bool:
    """Balances kept in a currency outlive the offer to add to them."""
    return currency in settings.TOP_UP_LIMITS


def top_up_limits(currency: str) -> Mapping[str, Decimal]:
    """All 0 for one that is not offered: no amount fits in."""
    limits: Mapping[str, Decimal] = settings.TOP_UP_LIMITS.get(currency, _NOTHING)
    return limits
