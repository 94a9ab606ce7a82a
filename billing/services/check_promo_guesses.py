"""The brake on guessing promo codes: people mistype once or twice, guessers go on.

Counted from our own rows, so it holds with the cache gone and its history is evidence (S9).
"""

from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.models import Customer
from billing.errors import PromoRefused
from billing.models import PromoGuess
from commpeak.lib.client_address import UNKNOWN_ADDRESS

WINDOW = timedelta(hours=1)
PER_CUSTOMER_MAX = 10  # all logins of the customer together
PER_ADDRESS_MAX = 30  # an office behind one address


def check_promo_guesses(*, customer: Customer, ip_address: str | None, now: datetime) -> None:
    """Raises PromoRefused after too many unknown codes within the hour, whatever is tried now:
    a right guess must not stand out. Topping up without a code goes on."""
    is_known = ip_address not in {None, UNKNOWN_ADDRESS}
    from_there = Q(ip_address=ip_address) if is_known else Q(pk__in=[])
    by_customer = Q(customer=customer)
    guesses = PromoGuess.objects.filter(by_customer | from_there, at__gt=now - WINDOW).aggregate(
        by_customer=Count("pk", filter=by_customer), from_there=Count("pk", filter=from_there)
    )
    if guesses["by_customer"] >= PER_CUSTOMER_MAX or guesses["from_there"] >= PER_ADDRESS_MAX:
        raise PromoRefused(
            _(
                "Too many codes that are not known were tried. Try again in an hour, or go on "
                "without a code."
            )
        )
