"""Counts a promo code that there is not."""

from datetime import datetime

from django.db import transaction

from accounts.models import Customer
from billing.models import PromoGuess


@transaction.atomic(durable=True)
def record_promo_guess(*, customer: Customer, ip_address: str | None, now: datetime) -> None:
    """One row per guess, for check_promo_guesses.

    Must not be called inside a transaction: what was refused is rolled back, and the count
    with it. Every call counts.
    """
    PromoGuess.objects.create(customer=customer, ip_address=ip_address, at=now)
