"""What a promo code would do for a top-up, before anything is promised."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Customer
from billing.errors import PromoRefused, UnknownPromoCode
from billing.models import PromoCode, Purse
from billing.selectors.promo_bonus import promo_bonus
from billing.selectors.promo_refusal import promo_refusal
from billing.services.try_promo_code import try_promo_code
from commpeak.lib.money import Money


@dataclass(frozen=True, slots=True)
class PromoPreview:
    """ "Pay `pay`, get `get`"; both are None while no amount was typed."""

    promo: PromoCode
    pay: Money | None
    bonus: Money | None

    @property
    def get(self) -> Money | None:
        return self.pay + self.bonus if self.pay and self.bonus else None


def preview_promo(
    *,
    code: str,
    customer: Customer,
    purse: Purse,
    currency: str,
    money: Money | None,
    ip_address: str | None,
    now: datetime,
) -> PromoPreview:
    """What reserve_promo would reserve now for a top-up of `money` on `purse`.

    Reserves nothing; only an unknown code leaves a row, so it must not be called inside a
    transaction. Raises PromoRefused with the exact reason.
    """
    with transaction.atomic(durable=True):
        promo = try_promo_code(code=code, customer=customer, ip_address=ip_address, now=now)
    if isinstance(promo, UnknownPromoCode):
        raise promo
    if refusal := promo_refusal(
        promo=promo, customer=customer, purse=purse, currency=currency, money=money, now=now
    ):
        raise PromoRefused(refusal, f"{promo.code}: {refusal}")
    bonus = promo_bonus(promo=promo, money=money) if money else None
    return PromoPreview(promo=promo, pay=money, bonus=bonus)
