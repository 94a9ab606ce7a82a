"""What last happened on a customer's balances, for the dashboard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.models import Customer
from billing.models import EntryKind, Posting, Purse
from commpeak.lib.money import Money

POSTINGS_PER_ENTRY_MAX = 2  # paid and promo credit of one balance


@dataclass(frozen=True, slots=True)
class RecentEntry:
    """One entry as it changed one balance: paid and promo credit together."""

    purse: Purse
    occurred_at: datetime
    kind: str
    memo: str
    amount: Money


def recent_entries(*, customer: Customer, count_max: int) -> list[RecentEntry]:
    """The newest entries on either balance, newest first. One query."""
    postings = Posting.objects.filter(account__customer=customer)
    newest = postings.select_related("entry", "account").order_by("-id")
    return _merged(newest[: count_max * POSTINGS_PER_ENTRY_MAX])[:count_max]


def _merged(postings: Iterable[Posting]) -> list[RecentEntry]:
    by_entry: dict[tuple[int, Purse], RecentEntry] = {}
    for posting in postings:
        entry = _entry(posting)
        key = (posting.entry_id, entry.purse)
        if found := by_entry.get(key):
            entry = replace(found, amount=found.amount + entry.amount)
        by_entry[key] = entry
    return list(by_entry.values())


def _entry(posting: Posting) -> RecentEntry:
    return RecentEntry(
        purse=Purse(posting.account.purse or ""),
        occurred_at=posting.entry.occurred_at,
        kind=str(EntryKind(posting.entry.kind).label),
        memo=posting.entry.memo,
        amount=Money(posting.amount, posting.currency),
    )
