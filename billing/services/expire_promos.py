"""Takes what is left of a bonus off the promo credit when its time is over."""

from datetime import datetime

from django.db import transaction

from billing.models import EntryKind, PromoRedemption, Purse
from billing.services.count_bonuses import count_bonuses
from billing.services.lock_promo import LockedPromo, lock_promo
from billing.services.post_bonus_entry import post_bonus_entry
from commpeak.lib.money import Money

BONUSES_MAX = 10_000  # a night's work; the next night does the rest

_REDEEMED = PromoRedemption.State.REDEEMED


def expire_promos(*, now: datetime) -> int:
    """Expires every bonus whose time is over by `now`, each in a transaction of its own; tells
    how many.

    Only what is left of that very bonus goes, as one entry: promo credit −, promo expense +.
    Nothing left, no entry. Until this ran, a bonus can still be spent. A second call finds
    nothing.
    """
    over = PromoRedemption.objects.filter(state=_REDEEMED, expires_at__lte=now)
    sources = list(over.order_by("expires_at").values_list("source", flat=True)[:BONUSES_MAX])
    return sum(_expire(source, now) for source in sources)


@transaction.atomic
def _expire(source: str, now: datetime) -> bool:
    locked = lock_promo(source=source)
    if locked is None or locked.redemption.state != _REDEEMED:
        return False
    redemption = locked.redemption
    left = _left(locked)
    redemption.state, redemption.left = PromoRedemption.State.EXPIRED, 0
    redemption.save(update_fields=["state", "left"])
    post_bonus_entry(
        locked=locked,
        kind=EntryKind.PROMO_EXPIRED,
        bonus=-left,
        money=Money.zero(redemption.currency),
        now=now,
    )
    return True


def _left(locked: LockedPromo) -> Money:
    redemption = locked.redemption
    count_bonuses(
        customer_id=redemption.customer_id, purse=Purse(redemption.purse), locked=locked.purse
    )
    redemption.refresh_from_db(fields=["left"])
    return Money(redemption.left, redemption.currency)
