"""Gives the promised bonus: the top-up is paid."""

from datetime import datetime, timedelta

from django.db import transaction

from billing.models import EntryKind, PromoRedemption, Purse
from billing.services.count_bonuses import count_bonuses
from billing.services.lock_promo import LockedPromo, lock_promo
from billing.services.post_bonus_entry import post_bonus_entry
from billing.services.renew_promo import renew_promo
from commpeak.lib.money import Money


@transaction.atomic
def redeem_promo(*, source: str, now: datetime) -> bool:
    """Posts the bonus of the top-up `source` once: promo expense −, promo credit +. Whether
    it has been given, by this call or an earlier one.

    To be called in the transaction that credits the top-up. What is reserved is always given,
    whatever became of the code; what was released (the money came late) is given if it can
    still be promised (see renew_promo), else the customer gets what was paid and no more.
    """
    if not renew_promo(source=source):
        return False
    locked = lock_promo(source=source)
    if locked is None:
        return False
    if not locked.redemption.is_given:
        _give(locked, now)
    return True


def _give(locked: LockedPromo, now: datetime) -> None:
    redemption, days = locked.redemption, locked.redemption.promo.bonus_valid_days
    count_bonuses(
        customer_id=redemption.customer_id, purse=Purse(redemption.purse), locked=locked.purse
    )
    redemption.state = PromoRedemption.State.REDEEMED
    redemption.left = redemption.amount
    redemption.redeemed_at = now
    redemption.expires_at = now + timedelta(days=days) if days else None
    redemption.save(update_fields=["state", "left", "redeemed_at", "expires_at"])
    post_bonus_entry(
        locked=locked,
        kind=EntryKind.PROMO,
        bonus=redemption.bonus,
        money=Money.zero(redemption.currency),
        now=now,
    )
