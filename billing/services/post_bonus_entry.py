"""Posts what happens to a bonus, and records it beside the bonus."""

from datetime import datetime

from django.db.models import Count

from billing.models import FORCED_KINDS, AccountKind, EntryKind, PromoEntry
from billing.services.lock_promo import LockedPromo
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entry import Line, post_entry
from commpeak.lib.money import Money


def post_bonus_entry(
    *, locked: LockedPromo, kind: EntryKind, bonus: Money, money: Money, now: datetime
) -> None:
    """`bonus` on the promo account, `money` on the balance, promo expense against both;
    positive is in the customer's favour. Zero on both sides posts nothing.

    Must run under lock_promo: the entries of one bonus are numbered in their source.
    """
    if not bonus and not money:
        return
    redemption = locked.redemption
    number = redemption.entries.aggregate(count=Count("pk"))["count"] + 1
    expense_id = open_internal_account(kind=AccountKind.PROMO_EXPENSE, currency=bonus.currency)
    lines = [
        Line(locked.purse.promo_account_id, bonus),
        Line(locked.purse.money_account_id, money),
        Line(expense_id, -(bonus + money)),
    ]
    posted = post_entry(
        source=f"promo:{redemption.source}:{number}",
        kind=kind,
        lines=[line for line in lines if line.money],
        occurred_at=now,
        actor="promo",
        memo=f"{redemption.source} {redemption.promo.code}",
        forced=kind in FORCED_KINDS,
    )
    PromoEntry.objects.create(
        redemption=redemption,
        entry_id=posted.entry_id,
        bonus=bonus.amount,
        money=money.amount,
        created_at=now,
    )
