"""The bonus that goes when a top-up is refunded."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Sum

from billing.models import PromoRedemption
from commpeak.lib.money import Money
from payments.models import TopUp


@dataclass(frozen=True, slots=True)
class BonusAtStake:
    """`bonus` is taken back when all of the top-up is refunded. `spent` is the part of it that
    is used up, and comes off what was paid instead; rather too much than too little."""

    bonus: Money
    spent: Money


def bonus_at_stake(top_up: TopUp, *, promo_balance: Money) -> BonusAtStake | None:
    """None when there is no bonus, or none any more. Two queries at most.

    `promo_balance` is what is left of all bonuses on the balance: calls since the last count
    are in it, and not in a redemption's `left` (see billing.services.count_bonuses).
    """
    redemption = PromoRedemption.objects.filter(source=top_up.reference).first()
    if redemption is None:
        return None
    moved = redemption.entries.aggregate(sum=Sum(F("bonus") + F("money"), default=Decimal(0)))
    standing: Decimal = moved["sum"]
    if standing <= 0:
        return None
    left = max(min(redemption.left, promo_balance.amount), Decimal(0))
    return BonusAtStake(
        bonus=Money(standing, redemption.currency),
        spent=Money(max(standing - left, Decimal(0)), redemption.currency),
    )
