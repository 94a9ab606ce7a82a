"""One page of a balance's statement, newest first."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import Customer
from billing.models import EntryKind, JournalEntry, LedgerAccount, Posting, Purse
from commpeak.lib.money import Money

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One entry as the customer sees it: paid and promo credit together.

    `amount` is what it did to the balance, `balance_after` what the balance was then.
    """

    entry_id: int
    key: int
    occurred_at: datetime
    kind: str
    memo: str
    amount: Money
    balance_after: Money
    count: int = 1  # more than one: the usage of a day, see statement_days

    @property
    def before_to_show_each(self) -> int:
        """Pages of single entries begin with this row's newest one when asked from here."""
        return self.key + 1


@dataclass(frozen=True, slots=True)
class StatementPage:
    """`opening` and `closing` are the balance before the oldest and after the newest row."""

    rows: list[StatementRow]
    opening: Money
    closing: Money
    next_before: int | None


def statement_page(
    *, customer: Customer, purse: Purse, before: int | None = None, size: int = PAGE_SIZE
) -> StatementPage:
    """The `size` newest entries on the balance whose key is below `before`.

    `next_before` is the `before` of the next, older page; None on the last one. The key of an
    entry is its newest posting on the balance, so pages never shift as entries arrive.
    Five queries at most.
    """
    accounts = list(LedgerAccount.objects.filter(customer=customer, purse=purse).order_by("id"))
    currency = accounts[0].currency if accounts else customer.currency
    found, is_more = _newest_entries(accounts, before, size)
    closing = balance_at(accounts, found[0].key) if found else Decimal(0)
    rows = list(_rows(found[:size], closing, currency))
    return StatementPage(
        rows=rows,
        opening=rows[-1].balance_after - rows[-1].amount if rows else Money.zero(currency),
        closing=Money(closing, currency),
        next_before=rows[-1].key if rows and is_more else None,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    entry: JournalEntry
    key: int
    amount: Decimal


def _newest_entries(
    accounts: list[LedgerAccount], before: int | None, size: int
) -> tuple[list[_Found], bool]:
    """Whole entries, newest first, and whether there are more than the first `size`."""
    ours = Posting.objects.filter(account__in=accounts)
    touched = ours if before is None else ours.filter(id__lt=before)
    window = (size + 1) * len(accounts)
    entry_ids = list(touched.order_by("-id").values_list("entry_id", flat=True)[:window])
    by_entry: dict[int, list[Posting]] = defaultdict(list)
    for posting in ours.filter(entry__in=set(entry_ids)).select_related("entry"):
        by_entry[posting.entry_id].append(posting)
    found = [_found(postings) for postings in by_entry.values()]
    below = [item for item in found if before is None or item.key < before]
    is_more = len(below) > size or 0 < len(entry_ids) == window
    return sorted(below, key=lambda item: -item.key), is_more


def _found(postings: list[Posting]) -> _Found:
    return _Found(
        entry=postings[0].entry,
        key=max(posting.pk for posting in postings),
        amount=sum((posting.amount for posting in postings), Decimal(0)),
    )


def balance_at(accounts: list[LedgerAccount], key: int) -> Decimal:
    """What the accounts held together right after posting `key`."""
    return sum((_account_at(account, key) for account in accounts), Decimal(0))


def _account_at(account: LedgerAccount, key: int) -> Decimal:
    last = Posting.objects.filter(account=account, id__lte=key).order_by("-id")
    return last.values_list("balance_after", flat=True).first() or Decimal(0)


def _rows(found: Iterable[_Found], closing: Decimal, currency: str) -> Iterable[StatementRow]:
    balance = closing
    for item in found:
        yield StatementRow(
            entry_id=item.entry.pk,
            key=item.key,
            occurred_at=item.entry.occurred_at,
            kind=str(EntryKind(item.entry.kind).label),
            memo=item.entry.memo,
            amount=Money(item.amount, currency),
            balance_after=Money(balance, currency),
        )
        balance -= item.amount
