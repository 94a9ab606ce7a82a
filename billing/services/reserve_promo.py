"""Promises a bonus to a top-up that is about to be paid."""

from datetime import datetime

from django.db import transaction

from accounts.models import Customer
from billing.errors import PromoRefused
from billing.models import PromoCode, PromoRedemption, Purse
from billing.selectors.find_promo import find_promo
from billing.selectors.promo_bonus import promo_bonus
from billing.selectors.promo_refusal import promo_refusal
from billing.selectors.promo_slots import promo_slots
from commpeak.lib.money import Money


@transaction.atomic
def reserve_promo(
    *, code: str, customer: Customer, purse: Purse, money: Money, source: str, now: datetime
) -> PromoRedemption:
    """Reserves a use of `code` for the top-up `source` of `money`; the bonus is fixed now.

    To be called in the transaction that records the top-up, under the customer's lock. All
    who want the same code wait for its row, so its last use goes to one (M12). A second call
    for the same `source` returns the first reservation. Raises PromoRefused with the exact
    reason; UnknownPromoCode only when the code was switched off since it was tried
    (try_promo_code), so it is no guess.
    """
    if first := PromoRedemption.objects.filter(source=source).first():
        return first
    promo = find_promo(typed=code, among=PromoCode.objects.select_for_update(no_key=True))
    if refusal := promo_refusal(
        promo=promo,
        customer=customer,
        purse=purse,
        currency=money.currency,
        money=money,
        now=now,
    ):
        raise PromoRefused(refusal, f"{promo.code}: {refusal}")
    slot = promo_slots(promo=promo, customer_id=customer.pk).free
    return PromoRedemption.objects.create(
        promo=promo,
        customer=customer,
        purse=purse,
        source=source,
        amount=promo_bonus(promo=promo, money=money).amount,
        currency=money.currency,
        slot=slot or 0,  # none free was refused above, and the database refuses 0
        reserved_at=now,
    )
