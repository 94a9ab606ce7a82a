"""Does every cent that the bank says it credited stand in our books, and where?

    credits on statements = credited to customers + sent back + in suspense + difference

The left side is read from the statements' lines, the right side from the ledger's postings, so
that the difference tells whether the two agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from billing.models import AccountKind, Posting
from commpeak.lib.money import Money
from payments.models import Allocation, BankAccount, Receipt, StatementLine, StatementUpload
from payments.statements.base import LineKind

_ZERO = Decimal(0)
# days since the money came; what is older than the last one is a bucket of its own
_AGES = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class TieOut:
    """One bank account in one currency over a period. `waiting` is the part of `suspense` that a
    second person still has to confirm."""

    bank_account: BankAccount
    currency: str
    count: int
    credits: Money
    credited: Money
    returned: Money
    suspense: Money
    waiting: Money

    @property
    def difference(self) -> Money:
        return self.credits - self.credited - self.returned - self.suspense


@dataclass(frozen=True, slots=True)
class SuspenseAge:
    """What is in suspense in one currency, of wires booked between two days (None: any)."""

    currency: str
    since: date | None
    until: date | None
    count: int
    money: Money


def tie_out(*, first_day: date, last_day: date) -> list[TieOut]:
    """Every bank account with a line in the period, by its booking day; five queries each."""
    lines = StatementLine.objects.filter(
        kind=LineKind.CREDIT,
        is_known=False,
        statement__upload__state__in=[StatementUpload.State.POSTING, StatementUpload.State.POSTED],
        booked_on__range=(first_day, last_day),
    )
    rows = (
        lines.values("statement__bank_account", "currency")
        .annotate(sum=Sum("amount"), count=Count("pk"))
        .order_by("statement__bank_account", "currency")
    )
    accounts = BankAccount.objects.in_bulk([row["statement__bank_account"] for row in rows])
    return [
        _account(
            accounts[row["statement__bank_account"]],
            Money(row["sum"], row["currency"]),
            row["count"],
            (first_day, last_day),
        )
        for row in rows
    ]


def suspense_by_age(*, today: date) -> list[SuspenseAge]:
    """The youngest first, within each currency; one query."""
    edges = [today - timedelta(days=days) for days in _AGES]
    buckets = list(zip([*edges, None], [None, *edges], strict=True))
    aggregates: dict[str, Any] = {
        f"{name}_{number}": make(_between(since, until))
        for number, (since, until) in enumerate(buckets)
        for name, make in (("sum", _sum), ("count", _count))
    }
    by_currency = Receipt.objects.filter(open_amount__gt=0).values("currency")
    rows: Any = by_currency.annotate(**aggregates).order_by("currency")
    return [
        SuspenseAge(
            row["currency"],
            since,
            until,
            row[f"count_{number}"],
            Money(row[f"sum_{number}"] or _ZERO, row["currency"]),
        )
        for row in rows
        for number, (since, until) in enumerate(buckets)
    ]


def _sum(which: Q) -> Sum:
    return Sum("open_amount", filter=which, default=_ZERO)


def _count(which: Q) -> Count:
    return Count("pk", filter=which)


def _between(since: date | None, until: date | None) -> Q:
    """From `since` on, and before `until`."""
    days = {"booked_on__gte": since, "booked_on__lt": until}
    return Q(**{name: day for name, day in days.items() if day})


def _account(account: BankAccount, credits_: Money, count: int, days: tuple[date, date]) -> TieOut:
    receipts = Receipt.objects.filter(
        bank_account=account, currency=credits_.currency, booked_on__range=days
    )
    allocations = Allocation.objects.filter(receipt__in=receipts)
    credited, returned = (
        _out_of_suspense(allocations.filter(kind=kind), credits_.currency)
        for kind in (Allocation.Kind.CREDIT, Allocation.Kind.RETURN)
    )
    came = _in_suspense(receipts.values("entry"), credits_.currency)
    waiting = allocations.filter(stage=Allocation.Stage.WAITING)
    return TieOut(
        bank_account=account,
        currency=credits_.currency,
        count=count,
        credits=credits_,
        credited=credited,
        returned=returned,
        suspense=came - credited - returned,
        waiting=Money(
            waiting.aggregate(sum=Sum("amount", default=_ZERO))["sum"], credits_.currency
        ),
    )


def _out_of_suspense(allocations: QuerySet[Allocation], currency: str) -> Money:
    """What their entries took out, less what reversals brought back."""
    entries = allocations.exclude(entry=None).values("entry")
    reversals = allocations.exclude(reversal=None).values("reversal")
    return -(_in_suspense(entries, currency) + _in_suspense(reversals, currency))


def _in_suspense(entries: QuerySet[Any, Any], currency: str) -> Money:
    postings = Posting.objects.filter(
        entry__in=entries, account__kind=AccountKind.SUSPENSE, currency=currency
    )
    return Money(postings.aggregate(sum=Sum("amount", default=_ZERO))["sum"], currency)
