"""Keeps what a statement says: the dry run's lines, each with its verdict."""

from collections.abc import Iterator
from decimal import Decimal

from commpeak.lib.money import Money
from commpeak.lib.plain_text import harmless
from payments.matching.plain import normal_account
from payments.models import BankAccount, Receipt, Statement, StatementLine, StatementUpload
from payments.models.statements import NAME_LENGTH, TEXT_LENGTH
from payments.statements.base import ParsedLine, ParsedStatement
from payments.statements.row_keys import row_keys

LINES_PER_INSERT = 1000
_ACCOUNT_LENGTH, _PROBLEM_LENGTH = 50, 500


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
        first_day=parsed.first_day,
        last_day=parsed.last_day,
    )
    keys = row_keys(parsed)
    received = Receipt.objects.filter(row_key__in=keys).values_list("row_key", flat=True)
    known = seen | set(received)
    lines = _lines(statement, parsed, keys, known)
    StatementLine.objects.bulk_create(lines, batch_size=LINES_PER_INSERT)
    seen.update(keys)
    return statement


def _in_currency(parsed: ParsedStatement, balance: Money | None) -> Decimal | None:
    return balance.amount if balance and balance.currency == parsed.currency else None


def _lines(
    statement: Statement, parsed: ParsedStatement, keys: list[str], known: set[str]
) -> Iterator[StatementLine]:
    for line, key in zip(parsed.lines, keys, strict=True):
        yield _line(statement, line, key, is_known=key in known)


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
