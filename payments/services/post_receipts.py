"""Books wires that have arrived: our bank has the money, and it belongs to nobody yet."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from django.db import transaction

from billing.models import AccountKind, EntryKind
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entries import NewEntry, Verdict, post_entries
from billing.services.post_entry import Line
from commpeak.lib.money import Money
from payments.models import Receipt, StatementLine
from payments.selectors.wire_candidates import sure_top_ups
from payments.services.open_bank_ledger_account import open_bank_ledger_account

MEMO_LENGTH_MAX = 200
_NOON = time(12, tzinfo=UTC)  # banks tell the day only


@transaction.atomic
def post_receipts(*, lines: Sequence[StatementLine], actor: str, now: datetime) -> int:
    """Posts each credit to suspense and keeps it as a receipt; returns how many were new.

    `lines` are credits with `statement__bank_account`, at most billing's ENTRIES_MAX. The same
    movement again, in this call or in any other, posts nothing: its key is the source of the
    entry and unique among receipts.
    """
    new = list({line.row_key: line for line in reversed(lines)}.values())[::-1]
    known = Receipt.objects.filter(row_key__in=[line.row_key for line in new])
    known_keys = set(known.values_list("row_key", flat=True))
    new = [line for line in new if line.row_key not in known_keys]
    accounts = _accounts(new)
    verdicts = post_entries(
        entries=[_entry(line, accounts[_account_key(line)], actor) for line in new]
    )
    expected = sure_top_ups(new)
    receipts = [
        _receipt(line, verdict, expected.get(line.pk), now)
        for line, verdict in zip(new, verdicts, strict=True)
    ]
    Receipt.objects.bulk_create(receipts, ignore_conflicts=True)
    return len(receipts)


def _account_key(line: StatementLine) -> tuple[int, str]:
    return line.statement.bank_account_id, line.currency


def _accounts(lines: Sequence[StatementLine]) -> dict[tuple[int, str], tuple[int, int]]:
    """The ledger accounts of the bank and of suspense, by bank account and currency."""
    by_key = {_account_key(line): line for line in lines}
    return {
        key: (
            open_bank_ledger_account(
                bank_account=line.statement.bank_account, currency=line.currency
            ),
            open_internal_account(kind=AccountKind.SUSPENSE, currency=line.currency),
        )
        for key, line in by_key.items()
    }


def _entry(line: StatementLine, accounts: tuple[int, int], actor: str) -> NewEntry:
    (money, day), (bank, suspense) = _facts(line), accounts
    return NewEntry(
        source=f"wire:{line.row_key}",
        kind=EntryKind.SUSPENSE,
        lines=[Line(bank, -money), Line(suspense, money)],
        occurred_at=datetime.combine(day, _NOON),
        actor=actor,
        memo=f"{line.payer_name} {line.reference or line.text}".strip()[:MEMO_LENGTH_MAX],
    )


def _facts(line: StatementLine) -> tuple[Money, date]:
    if line.money is None or line.booked_on is None:
        raise ValueError(f"line {line.pk} is no credit")
    return line.money, line.booked_on


def _receipt(
    line: StatementLine, verdict: Verdict, expected_top_up_id: int | None, now: datetime
) -> Receipt:
    if verdict.entry_id is None:  # a replayed source with another body: two movements share a key
        raise AssertionError(f"line {line.pk}: {verdict.broken_constraint}")
    money, day = _facts(line)
    return Receipt(
        line=line,
        bank_account=line.statement.bank_account,
        row_key=line.row_key,
        amount=money.amount,
        currency=money.currency,
        open_amount=money.amount,
        booked_on=day,
        entry_id=verdict.entry_id,
        expected_top_up_id=expected_top_up_id,
        created_at=now,
    )
