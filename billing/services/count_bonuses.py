"""Works out what is left of each bonus on one promo account."""

from django.db.models import F

from billing.models import PromoRedemption, Purse
from billing.services.lock_purse import LockedPurse


def count_bonuses(*, customer_id: int, purse: Purse, locked: LockedPurse) -> None:
    """Brings `left` of the customer's live bonuses up to date; must run under lock_purse.

    Calls debit the promo account as a whole and know nothing of bonuses, which keeps them
    fast. So what they spent is shared out here, whenever a bonus comes, expires or is taken
    back: the one that expires first is spent first, then the oldest. As no bonus comes or
    goes in between, that is what happened call by call. A second call changes nothing.
    """
    live = list(
        PromoRedemption.objects.select_for_update(no_key=True)
        .filter(
            customer_id=customer_id,
            purse=purse,
            state=PromoRedemption.State.REDEEMED,
            left__gt=0,
        )
        .order_by(F("expires_at").asc(nulls_last=True), "redeemed_at", "pk")
    )
    # Below zero after staff reversed a call that was paid by a bonus: such credit belongs to
    # no bonus, is spent before any, and never expires.
    spent = sum(bonus.left for bonus in live) - locked.promo.amount
    for bonus in live:
        if spent <= 0:
            return
        used = min(bonus.left, spent)
        bonus.left -= used
        spent -= used
        bonus.save(update_fields=["left"])
