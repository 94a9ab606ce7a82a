"""The brake on attempts: people never notice it, card testers hit it at once.

Counted from our own rows, so it holds with the cache gone and its history is evidence.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import Customer
from commpeak.lib.client_address import UNKNOWN_ADDRESS
from commpeak.lib.errors import Refused
from payments.models import Payment
from payments.selectors.declines import customer_has_too_many_declines

WINDOW = timedelta(hours=1)
PER_CUSTOMER_MAX = 20
PER_ADDRESS_MAX = 40  # an office behind one address


def check_top_up_throttle(*, customer: Customer, ip_address: str | None, now: datetime) -> None:
    """Raises Refused after too many tries or declines in the last hour. Payments already open
    stay payable after too many tries; sync_payment closes them after too many declines."""
    recent = Payment.objects.filter(created_at__gt=now - WINDOW)
    if (
        recent.filter(top_up__customer=customer).count() >= PER_CUSTOMER_MAX
        or (
            ip_address not in {None, UNKNOWN_ADDRESS}
            and recent.filter(top_up__ip_address=ip_address).count() >= PER_ADDRESS_MAX
        )
        or customer_has_too_many_declines(customer_id=customer.pk, now=now)
    ):
        raise Refused(
            _("Too many payment attempts. Nothing was charged; please try again in an hour.")
        )
