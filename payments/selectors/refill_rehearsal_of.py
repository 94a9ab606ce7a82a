"""A rule's numbers against the customer's own last 30 days."""

from dataclasses import replace
from datetime import datetime, timedelta

from accounts.models import Customer
from accounts.time_zones import zone
from billing.models import Purse
from billing.selectors.customer_balances import customer_balances
from billing.selectors.usage_by_hour import usage_by_hour
from payments.refill_numbers import RefillNumbers
from payments.refill_rehearsal import Rehearsal, rehearse
from payments.selectors.refill_limits import refill_limits

REHEARSED_DAYS = 30


def refill_rehearsal_of(
    *, customer: Customer, purse: Purse, numbers: RefillNumbers, now: datetime
) -> Rehearsal | None:
    """None when nothing was spent: then there is nothing to tell. It begins with what is on the
    balance now, or the threshold if that is less, so that what was topped up by hand meanwhile
    does not matter. For a customer with more usage than is read, it tells since when it is."""
    since = now - timedelta(days=REHEARSED_DAYS)
    usage = usage_by_hour(customer=customer, purse=purse, since=since)
    if not usage.hours:
        return None
    balance = next(b.total for b in customer_balances(customer) if b.purse == purse)
    rehearsal = rehearse(
        numbers=numbers,
        limits=refill_limits(numbers.currency),
        opening=max(balance, numbers.threshold),
        spent_by_hour=((hour.hour, hour.spent) for hour in usage.hours),
        zone=zone(customer.time_zone),
        days=REHEARSED_DAYS,
    )
    return replace(rehearsal, since=usage.hours[0].hour) if usage.is_cut else rehearsal
