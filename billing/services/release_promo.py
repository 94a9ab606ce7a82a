"""Gives a promised bonus up: its top-up was not paid."""

from django.db import transaction

from billing.models import PromoRedemption
from billing.services.lock_promo import lock_promo


@transaction.atomic
def release_promo(*, source: str) -> None:
    """Frees the use that the top-up `source` holds, for the customer and for others.

    Does nothing without a reservation: a second call, no promo code, a bonus given already.
    """
    locked = lock_promo(source=source)
    if locked and locked.redemption.state == PromoRedemption.State.RESERVED:
        locked.redemption.state = PromoRedemption.State.RELEASED
        locked.redemption.save(update_fields=["state"])
