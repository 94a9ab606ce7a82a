"""The brake on saving cards: people never notice it, card testers hit it at once.

It counts our own rows, as check_top_up_throttle does.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.selectors.counted_tries import tries_near
from commpeak.lib.errors import Refused
from payments.models.refill import CardSetup
from payments.selectors.declines import (
    address_has_too_many_declines,
    customer_has_too_many_declines,
)

CARD_SETUP = "card_setup"
PER_HOUR_MAX = 8
PER_DAY_MAX = 20  # each is asked about at the gateway for a day
PER_ADDRESS_MAX = 30  # an office behind one address


def check_card_setup_throttle(*, customer: Customer, ip_address: str | None, now: datetime) -> None:
    """Raises Refused after too many cards that were to be saved, or that were refused. Those
    that were begun go on; end_tested_setup ends them after too many refusals."""
    setups = CardSetup.objects.filter(customer=customer)
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    if setups.filter(created_at__gt=day).count() >= PER_DAY_MAX:
        raise Refused(
            _("Too many tries to save a card. Nothing was charged; please try again tomorrow.")
        )
    if (
        setups.filter(created_at__gt=hour).count() >= PER_HOUR_MAX
        or tries_near(what=CARD_SETUP, ip_address=ip_address, since=hour) >= PER_ADDRESS_MAX
        or customer_has_too_many_declines(customer_id=customer.pk, now=now)
        or address_has_too_many_declines(ip_address=ip_address, now=now)
    ):
        raise Refused(
            _("Too many tries to save a card. Nothing was charged; please try again in an hour.")
        )
