"""The most that a new customer may add within 24 hours."""

from datetime import datetime

from django.conf import settings

from accounts.models import Customer
from commpeak.lib.money import Money
from payments.selectors.top_up_ceilings import is_new_customer


def new_customer_ceiling(*, customer: Customer, currency: str, now: datetime) -> Money | None:
    """To both balances together, nothing added yet; None for a customer who is not new."""
    if not is_new_customer(customer=customer, now=now):
        return None
    return Money(settings.TOP_UP_LIMITS[currency]["new_customer_daily_max"], currency)
