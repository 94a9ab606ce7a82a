"""The brake on attempts: people never notice it, card testers hit it at once.

Counted from our own rows, so it holds with the cache gone and its history is evidence.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Customer
from commpeak.lib.client_address import neighbours
from commpeak.lib.errors import Refused
from payments.models import Payment
from payments.selectors.declines import (
    address_has_too_many_declines,
    customer_has_too_many_declines,
)

WINDOW = timedelta(hours=1)
PER_CUSTOMER_MAX = 20
PER_ADDRESS_MAX = 40  # an office behind one address


def check_top_up_throttle(*, customer: Customer, ip_address: str | None, now: datetime) -> None:
    """Raises Refused after too many tries or declines in the last hour. Payments already open
    stay payable after too many tries; sync_payment closes them after too many declines."""
    recent = Payment.objects.filter(created_at__gt=now - WINDOW)
    if (
        recent.filter(top_up__customer=customer).count() >= PER_CUSTOMER_MAX
        or _is_a_busy_neighbourhood(recent, ip_address)
        or customer_has_too_many_declines(customer_id=customer.pk, now=now)
        or address_has_too_many_declines(ip_address=ip_address, now=now)
    ):
        raise Refused(
            _("Too many payment attempts. Nothing was charged; please try again in an hour.")
        )


def _is_a_busy_neighbourhood(recent: QuerySet[Payment], ip_address: str | None) -> bool:
    near = neighbours(ip_address)
    if near is None:
        return False
    return recent.filter(top_up__ip_address__range=near).count() >= PER_ADDRESS_MAX
