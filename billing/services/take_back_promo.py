"""Takes a bonus back in proportion to the top-up's money that did not stay with us."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.db.models import Sum

from billing.models import EntryKind, PromoRedemption, Purse
from billing.services.count_bonuses import count_bonuses
from billing.services.lock_promo import LockedPromo, lock_promo
from billing.services.post_bonus_entry import post_bonus_entry
from commpeak.lib.currencies import places
from commpeak.lib.money import Money

_State = PromoRedemption.State


@transaction.atomic
def take_back_promo(*, source: str, kept: Money, asked: Money, now: datetime) -> None:
    """Makes the bonus of the top-up `source` fit what is `kept` of the `asked` amount, after
    refunds and disputes; both are positive or zero.

    Of a bonus of 10.00 for 100.00, refunding 40.00 takes 4.00 back (rounded down, over all
    refunds together): first from what is left of this bonus, the rest from the balance, which
    may go negative by it, since that part has been spent. What has expired counts as taken
    back. When money comes back to us (a refund failed, a dispute was won) so does the bonus,
    in the opposite order; but what would lie on the promo credit after its time stays away.
    A second call with the same figures posts nothing. No bonus given: does nothing.
    """
    locked = lock_promo(source=source)
    if locked is None or not locked.redemption.is_given:
        return
    redemption = locked.redemption
    count_bonuses(
        customer_id=redemption.customer_id, purse=Purse(redemption.purse), locked=locked.purse
    )
    redemption.refresh_from_db(fields=["left"])
    missing = min(max(asked - kept, Money.zero(asked.currency)), asked)
    taken = _taken(redemption)
    due = _due(redemption, missing, asked)
    if due > taken.total:
        _take(locked, due - taken.total, now)
    elif due < taken.total:
        _give_again(locked, taken.total - due, taken.money, now)
    _move(redemption, is_all_missing=missing == asked)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What has been taken back and not given again, by where it was taken from."""

    bonus: Money
    money: Money

    @property
    def total(self) -> Money:
        return self.bonus + self.money


def _taken(redemption: PromoRedemption) -> _Taken:
    moves = redemption.entries.filter(
        entry__kind__in=[EntryKind.PROMO_TAKEN_BACK, EntryKind.PROMO_GIVEN_BACK]
    )
    sums = moves.aggregate(bonus=Sum("bonus", default=0), money=Sum("money", default=0))
    return _Taken(
        bonus=Money(-sums["bonus"], redemption.currency),
        money=Money(-sums["money"], redemption.currency),
    )


def _due(redemption: PromoRedemption, missing: Money, asked: Money) -> Money:
    """The part of the bonus that the missing money brought along, but for what has expired."""
    share = redemption.amount
    if missing < asked:
        unit = Decimal(1).scaleb(-places(redemption.currency))
        share = (share * missing.amount / asked.amount).quantize(unit, rounding=ROUND_DOWN)
    expired = redemption.entries.filter(entry__kind=EntryKind.PROMO_EXPIRED)
    gone = expired.aggregate(sum=Sum("bonus", default=0))["sum"]
    return Money(max(share + gone, Decimal(0)), redemption.currency)


def _take(locked: LockedPromo, amount: Money, now: datetime) -> None:
    redemption = locked.redemption
    bonus = min(amount, Money(redemption.left, redemption.currency))
    redemption.left -= bonus.amount
    redemption.save(update_fields=["left"])
    post_bonus_entry(
        locked=locked,
        kind=EntryKind.PROMO_TAKEN_BACK,
        bonus=-bonus,
        money=bonus - amount,
        now=now,
    )


def _give_again(locked: LockedPromo, amount: Money, from_money: Money, now: datetime) -> None:
    redemption = locked.redemption
    money = min(amount, from_money)
    is_over = redemption.expires_at is not None and redemption.expires_at <= now
    bonus = Money.zero(redemption.currency) if is_over else amount - money
    redemption.left += bonus.amount
    redemption.save(update_fields=["left"])
    post_bonus_entry(
        locked=locked, kind=EntryKind.PROMO_GIVEN_BACK, bonus=bonus, money=money, now=now
    )


def _move(redemption: PromoRedemption, *, is_all_missing: bool) -> None:
    if redemption.state == _State.EXPIRED:
        return
    redemption.state = _State.TAKEN_BACK if is_all_missing else _State.REDEEMED
    redemption.save(update_fields=["state"])
