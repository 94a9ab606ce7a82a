"""The operator's guard: how many refills there were in the last hour, for one and for all."""

from datetime import datetime, timedelta

from django.conf import settings

from payments.models.refill import AutoRefillRule, RefillAttempt

WINDOW = timedelta(hours=1)


def refill_guard(*, rule: AutoRefillRule, now: datetime) -> str:
    """ "customer" or "all" when that many were tried already, else "". A brake against a mistake
    of ours or a runaway switch: two workers at once may pass it by one."""
    recent = RefillAttempt.objects.filter(created_at__gt=now - WINDOW)
    of_customer = recent.filter(rule__customer=rule.customer_id)
    if of_customer.count() >= settings.REFILLS_PER_CUSTOMER_PER_HOUR_MAX:
        return "customer"
    return "all" if recent.count() >= settings.REFILLS_PER_HOUR_MAX else ""
