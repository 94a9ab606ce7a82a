"""A threshold of so many days at the customer's own pace."""

from datetime import datetime
from decimal import ROUND_CEILING, Decimal

from accounts.models import Customer
from billing.models import Purse
from billing.selectors.customer_account import customer_account
from billing.selectors.daily_average import daily_average
from commpeak.lib.currencies import places
from commpeak.lib.money import Money


def pace_threshold(*, customer: Customer, purse: Purse, days: int, now: datetime) -> Money | None:
    """What `days` days cost at the pace that the dashboard and the alerts go by, in the balance's
    currency, rounded up to its smallest unit; None while no pace is known."""
    account = customer_account(customer=customer, purse=purse)
    average = daily_average(account_ids=[account.pk], today=now.date()).get(account.pk)
    if average is None:
        return None
    unit = Decimal(1).scaleb(-places(account.currency))
    return Money((average * days).quantize(unit, ROUND_CEILING), account.currency)
