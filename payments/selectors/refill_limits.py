"""TOP_UP_LIMITS as they bound an automatic refill."""

from commpeak.lib.money import Money
from payments.refill_numbers import RefillLimits
from payments.selectors.top_up_limits import top_up_limits


def refill_limits(currency: str) -> RefillLimits:
    limits = top_up_limits(currency)
    return RefillLimits(
        smallest=Money(limits["top_up_min"], currency),
        largest=Money(limits["top_up_max"], currency),
        balance_max=Money(limits["balance_max"], currency),
    )
