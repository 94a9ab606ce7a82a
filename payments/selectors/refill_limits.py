"""TOP_UP_LIMITS as they bound an automatic refill."""

from django.conf import settings

from commpeak.lib.money import Money
from payments.refill_numbers import RefillLimits


def refill_limits(currency: str) -> RefillLimits:
    limits = settings.TOP_UP_LIMITS[currency]
    return RefillLimits(
        smallest=Money(limits["top_up_min"], currency),
        largest=Money(limits["top_up_max"], currency),
        balance_max=Money(limits["balance_max"], currency),
    )
