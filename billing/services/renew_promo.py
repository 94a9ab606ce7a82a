"""Promises a bonus again to a top-up that had given it up."""

from django.db import transaction

from billing.models import PromoCode, PromoRedemption
from billing.selectors.other_first_promo import has_other_first_promo
from billing.selectors.promo_slots import promo_slots
from billing.services.lock_promo import lock_promo


@transaction.atomic
def renew_promo(*, source: str) -> bool:
    """Whether the top-up `source` holds its bonus (again), for another try or for money that
    came late.

    The customer asked in time, so the same bonus is promised whatever the date is now. Not so
    when the code was used up meanwhile, by others or by the customer, or switched off. True
    also for a reservation that was never released or a bonus given; False without a code.
    """
    locked = lock_promo(source=source)
    if locked is None:
        return False
    redemption = locked.redemption
    if redemption.state != PromoRedemption.State.RELEASED:
        return True
    promo = PromoCode.objects.select_for_update(no_key=True).get(pk=redemption.promo_id)
    slot = _free_slot(promo, redemption.customer_id)
    if slot is None:
        return False
    redemption.state, redemption.slot = PromoRedemption.State.RESERVED, slot
    redemption.save(update_fields=["state", "slot"])
    return True


def _free_slot(promo: PromoCode, customer_id: int) -> int | None:
    if promo.is_used_up or not promo.is_active:
        return None
    if promo.first_top_up_only and has_other_first_promo(promo=promo, customer_id=customer_id):
        return None
    return promo_slots(promo=promo, customer_id=customer_id).free
