"""Keeps what a statement says: the dry run's lines, each with its verdict."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from commpeak.lib.money import Money
from commpeak.lib.plain_text import harmless
from payments.matching.plain import normal_account
from payments.models import BankAccount, Receipt, Statement, StatementLine, StatementUpload
from payments.models.statements import NAME_LENGTH, TEXT_LENGTH
from payments.statements.base import LineKind, ParsedLine, ParsedStatement
from payments.statements.row_keys import row_keys

LINES_PER_INSERT = 1000
Movement = tuple[date | None, Decimal | None, str]
_ACCOUNT_LENGTH, _PROBLEM_LENGTH, _BECAUSE_LENGTH = 50, 500, 200


def keep_statement(
    *,
    upload: StatementUpload,
    bank_account: BankAccount,
    parsed: ParsedStatement,
    seen: set[str],
) -> Statement:
    """The statement with all its lines; posts nothing.

    A line is known when its movement has been received before or is in `seen`, the keys of the
    same file's lines so far, to which its own are added. Characters that show nothing or turn
    the direction of text are left out of what payers wrote; all else is kept as it came.
    """
    statement = Statement.objects.create(
        upload=upload,
        bank_account=bank_account,
        statement_id=harmless(parsed.statement_id)[:100],
        currency=parsed.currency,
        opening=_in_currency(parsed, parsed.opening),
        closing=_in_currency(parsed, parsed.closing),
        no_difference_because=parsed.no_difference_because[:_BECAUSE_LENGTH],
        first_day=parsed.first_day,
        last_day=parsed.last_day,
    )
    keys = row_keys(parsed)
    received = Receipt.objects.filter(row_key__in=keys).values_list("row_key", flat=True)
    known = seen | set(received)
    others = _other_receipts(bank_account, parsed, keys)
    lines = _lines(statement, parsed, keys, known, others)
    StatementLine.objects.bulk_create(lines, batch_size=LINES_PER_INSERT)
    seen.update(keys)
    return statement


def _in_currency(parsed: ParsedStatement, balance: Money | None) -> Decimal | None:
    if balance is None or balance.currency != parsed.currency:
        return None
    return balance.amount


def _lines(
    statement: Statement,
    parsed: ParsedStatement,
    keys: list[str],
    known: set[str],
    others: set[Movement],
) -> Iterator[StatementLine]:
    for line, key in zip(parsed.lines, keys, strict=True):
        is_new = key not in known and line.kind is LineKind.CREDIT
        kept = _line(statement, line, key, is_known=key in known)
        if is_new and (kept.booked_on, kept.amount, kept.currency) in others:
            kept.problem = _(
                "A wire of this amount and day came before, with other words. Is it the same one, "
                "from another file?"
            )
        yield kept


def _other_receipts(
    bank_account: BankAccount, parsed: ParsedStatement, keys: list[str]
) -> set[Movement]:
    """Received in the same days and not in this statement, although it should tell of them."""
    days = [line.booked_on for line in parsed.lines if line.booked_on]
    if not days:
        return set()
    receipts = Receipt.objects.filter(
        bank_account=bank_account, booked_on__range=(min(days), max(days))
    ).exclude(row_key__in=keys)
    return set(receipts.values_list("booked_on", "amount", "currency"))


def _line(statement: Statement, line: ParsedLine, key: str, *, is_known: bool) -> StatementLine:
    return StatementLine(
        statement=statement,
        ordinal=line.ordinal,
        file_line=line.file_line,
        kind=line.kind,
        is_known=is_known,
        row_key=key,
        amount=line.money.amount if line.money else None,
        currency=line.money.currency if line.money else "",
        is_credit=line.is_credit,
        booked_on=line.booked_on,
        value_on=line.value_on,
        bank_id=harmless(line.bank_id)[:NAME_LENGTH],
        payer_name=harmless(line.payer_name)[:NAME_LENGTH],
        payer_account=harmless(normal_account(line.payer_account))[:_ACCOUNT_LENGTH],
        reference=harmless(line.reference)[:NAME_LENGTH],
        end_to_end_id=harmless(line.end_to_end_id)[:NAME_LENGTH],
        text=harmless(line.text)[:TEXT_LENGTH],
        problem=line.problem[:_PROBLEM_LENGTH],
    )
