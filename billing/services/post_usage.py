"""Charges one rated call or message: the bonus is spent first, then what was paid for."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from accounts.models import Customer
from billing.errors import SourceReused
from billing.models import AccountKind, EntryKind, JournalEntry, Posting, Purse
from billing.services.lock_purse import LockedPurse, lock_purse
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entry import Line, PostedEntry, post_entry
from commpeak.lib.money import Money


@transaction.atomic
def post_usage(
    *,
    customer: Customer,
    purse: Purse,
    money: Money,
    source: str,
    occurred_at: datetime,
    actor: str,
    memo: str = "",
    forced: bool = False,
) -> PostedEntry:
    """Posts `money` (positive, exact to six places) as one entry: promo credit as far as it
    goes, the balance for the rest, revenue +.

    Both balance rows are locked first, so that the split is right however many calls end at
    once. The rest must fit into the balance and its credit limit, unless `forced` (the call
    was made already). A second call with the same `source` posts nothing and returns the
    first entry, however its cost was split then. Raises OverCreditLimit, and SourceReused
    when the first call was about another amount or purse.
    """
    locked = lock_purse(customer_id=customer.pk, purse=purse)
    if first := JournalEntry.objects.filter(source=source).first():
        return _replay(first, locked, money)
    revenue_id = open_internal_account(
        kind=AccountKind.REVENUE, name=purse, currency=money.currency
    )
    return post_entry(
        source=source,
        kind=EntryKind.USAGE,
        lines=[*_debits(locked, money), Line(revenue_id, money)],
        occurred_at=occurred_at,
        actor=actor,
        memo=memo,
        forced=forced,
    )


def _debits(locked: LockedPurse, money: Money) -> list[Line]:
    from_promo = min(locked.promo, money)
    parts = [
        Line(locked.promo_account_id, -from_promo),
        Line(locked.money_account_id, from_promo - money),
    ]
    return [line for line in parts if line.money]


def _replay(first: JournalEntry, locked: LockedPurse, money: Money) -> PostedEntry:
    """The same cost may be split otherwise by now, so the sum is what is compared."""
    ours = Posting.objects.filter(
        entry=first, account__in=[locked.money_account_id, locked.promo_account_id]
    )
    spent = ours.aggregate(sum=Sum("amount"))["sum"]
    if first.kind != EntryKind.USAGE or spent != -money.amount:
        raise SourceReused(
            "This was already recorded with other figures.",
            f"source {first.source} stands for entry {first.pk}, which posts {spent}",
        )
    return PostedEntry(first.pk, is_replay=True)
