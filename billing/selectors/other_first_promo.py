"""Codes for the first top-up only: a customer gets one of them, whichever it is."""

from billing.models import PromoCode, PromoRedemption


def has_other_first_promo(*, promo: PromoCode, customer_id: int) -> bool:
    """Whether another code of that kind is promised to the customer or was given."""
    others = PromoRedemption.objects.filter(
        customer_id=customer_id, promo__first_top_up_only=True
    ).exclude(promo=promo)
    return others.exclude(state=PromoRedemption.State.RELEASED).exists()
