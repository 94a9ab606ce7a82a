"""A threshold of so many days at the customer's own pace."""

from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from accounts.models import Customer
from billing.models import Purse
from billing.selectors.usage_by_hour import spent_in, usage_by_hour
from commpeak.lib.currencies import places
from commpeak.lib.money import Money

PACE_DAYS = 30


def pace_threshold(
    *, customer: Customer, purse: Purse, currency: str, days: int, now: datetime
) -> Money | None:
    """What `days` days cost at the average of the last 30, rounded up to the currency's smallest
    unit; None without any usage, since nothing can be said then."""
    since = now - timedelta(days=PACE_DAYS)
    spent = spent_in(usage_by_hour(customer=customer, purse=purse, since=since), currency)
    if spent <= Money.zero(currency):
        return None
    unit = Decimal(1).scaleb(-places(currency))
    return Money((spent.amount * days / PACE_DAYS).quantize(unit, ROUND_CEILING), currency)
