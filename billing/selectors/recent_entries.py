"""What last happened on a customer's balances, for the dashboard."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Customer
from billing.models import EntryKind, LedgerAccount, Purse
from billing.selectors.entry_runs import EntryRun, entry_runs
from commpeak.lib.money import Money


@dataclass(frozen=True, slots=True)
class RecentEntry:
    """One entry as it changed one balance, paid and promo credit together; or `count` calls
    or messages of a day."""

    purse: Purse
    occurred_at: datetime
    kind: str
    memo: str
    amount: Money
    count: int


def recent_entries(*, customer: Customer, count_max: int) -> list[RecentEntry]:
    """The newest entries on either balance, newest first. Three queries."""
    found = [
        (run.key, _recent(run, purse, accounts[0].currency))
        for purse, accounts in _accounts(customer).items()
        for run in entry_runs(accounts=accounts, before=None, size=count_max)[0]
    ]
    newest = sorted(found, key=lambda keyed: -keyed[0])
    return [entry for _key, entry in newest[:count_max]]


def _accounts(customer: Customer) -> dict[Purse, list[LedgerAccount]]:
    by_purse: dict[Purse, list[LedgerAccount]] = defaultdict(list)
    for account in LedgerAccount.objects.filter(customer=customer):
        by_purse[Purse(account.purse or "")].append(account)
    return by_purse


def _recent(run: EntryRun, purse: Purse, currency: str) -> RecentEntry:
    return RecentEntry(
        purse=purse,
        occurred_at=run.occurred_at,
        kind=str(EntryKind(run.kind).label),
        memo=run.words(purse),
        amount=Money(run.amount, currency),
        count=run.count,
    )
