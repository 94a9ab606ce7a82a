"""What a statement file says, before and after it is posted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from commpeak.lib.money import Money
from payments.models import Statement, StatementLine, StatementUpload
from payments.selectors.match_rows import Choice, choices_of
from payments.statements.base import LineKind

_MOVED = {LineKind.CREDIT, LineKind.DEBIT, LineKind.REVERSAL}


@dataclass(frozen=True, slots=True)
class StatementSums:
    """One statement added up. `new` are the credits that are, or would be, posted; `known` those
    that came before. `moved_in` and `moved_out` are all that moved the balance, credits that the
    bank reversed among them. `difference` is None where the statement has no balances."""

    statement: Statement
    new: Money
    new_count: int
    known_count: int
    moved_in: Money
    moved_out: Money
    ignored_count: int
    unreadable_count: int
    opening: Money | None
    closing: Money | None

    @property
    def difference(self) -> Money | None:
        if self.opening is None or self.closing is None or self.unreadable_count:
            return None
        return self.closing - self.opening - self.moved_in + self.moved_out


@dataclass(frozen=True, slots=True)
class DryRunLine:
    line: StatementLine
    choices: list[Choice]


def statement_sums(upload: StatementUpload) -> list[StatementSums]:
    """Each statement of the file, in its order; two queries."""
    rows = (
        StatementLine.objects.filter(statement__upload=upload)
        .values("statement", "kind", "is_known", "is_credit")
        .annotate(sum=Sum("amount", default=Decimal(0)), count=Count("pk"))
    )
    by_statement: dict[object, list[dict[str, object]]] = defaultdict(list)
    for row in rows:
        by_statement[row["statement"]].append(dict(row))
    statements = upload.statements.select_related("bank_account").order_by("pk")
    return [_sums(statement, by_statement[statement.pk]) for statement in statements]


def _sums(statement: Statement, rows: Sequence[dict[str, object]]) -> StatementSums:
    def money(chosen: list[dict[str, object]]) -> Money:
        amounts = (Decimal(str(row["sum"])) for row in chosen)
        return Money(sum(amounts, Decimal(0)), statement.currency)

    def count(chosen: list[dict[str, object]]) -> int:
        return sum(int(str(row["count"])) for row in chosen)

    credits_ = [row for row in rows if row["kind"] == LineKind.CREDIT]
    new = [row for row in credits_ if not row["is_known"]]
    moved = [row for row in rows if row["kind"] in _MOVED]
    return StatementSums(
        statement=statement,
        new=money(new),
        new_count=count(new),
        known_count=count([row for row in credits_ if row["is_known"]]),
        moved_in=money([row for row in moved if row["is_credit"]]),
        moved_out=money([row for row in moved if not row["is_credit"]]),
        ignored_count=count(
            [row for row in rows if row["kind"] not in {LineKind.CREDIT, LineKind.UNREADABLE}]
        ),
        unreadable_count=count([row for row in rows if row["kind"] == LineKind.UNREADABLE]),
        opening=_balance(statement.opening, statement),
        closing=_balance(statement.closing, statement),
    )


def _balance(amount: Decimal | None, statement: Statement) -> Money | None:
    return None if amount is None else Money(amount, statement.currency)


def dry_run_lines(lines: Sequence[StatementLine]) -> list[DryRunLine]:
    """With whose each new credit may be; seven queries for any number of lines."""
    new = [line for line in lines if line.kind == LineKind.CREDIT and not line.is_known]
    choices = choices_of(new)
    return [DryRunLine(line, choices.get(line.pk, [])) for line in lines]
