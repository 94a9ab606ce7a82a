"""One row of a CSV into a line.

A cell is text and nothing else: "=cmd|…" is somebody's words, "=1+1" no amount.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from commpeak.lib.money import Money
from payments.statements.base import LineKind, ParsedLine, StatementError
from payments.statements.delimited_amounts import read_signed_amount
from payments.statements.delimited_mapping import Column, ColumnMapping
from payments.statements.delimited_rows import Row
from payments.statements.values import (
    UnreadableValue,
    account_number,
    an_id,
    field,
    read_formed_day,
    words,
)

Cell = Callable[[Column | None], str]

CREDIT_WORDS = frozenset({"c", "cr", "crdt", "credit", "in", "h", "haben", "gutschrift", "+"}) | {
    *("bij", "crédit", "abono", "haber", "uznanie", "accredito", "crédito"),
}
DEBIT_WORDS = frozenset({"d", "dr", "dbit", "debit", "out", "s", "soll", "lastschrift", "-"}) | {
    *("af", "débit", "cargo", "debe", "obciążenie", "addebito", "débito"),
}


def delimited_line(
    row: Row,
    *,
    places: Mapping[Column, int],
    mapping: ColumnMapping,
    account: str,
    currency: str,
) -> ParsedLine:
    """The line, `ordinal` not yet counted. What cannot be read is UNREADABLE and says why.
    Raises StatementError for a row of another account."""
    line = ParsedLine(
        ordinal=0,
        kind=LineKind.UNREADABLE,
        money=None,
        is_credit=False,
        booked_on=None,
        value_on=None,
        file_line=row.file_line,
        problem=row.problem,
    )
    if row.problem:
        return line

    def cell(column: Column | None) -> str:
        return "" if column is None else row.cells[places[column]].strip()

    _check_own_account(cell(mapping.own_account), account, row.file_line)
    line = replace(
        line,
        bank_id=an_id(cell(mapping.bank_id)),
        reference=field(cell(mapping.reference)),
        end_to_end_id=an_id(cell(mapping.end_to_end_id)),
        text=words(*(cell(column) for column in mapping.text)),
    )
    try:
        line = replace(line, booked_on=read_formed_day(cell(mapping.booked_on), mapping.day_form))
        if value_day := cell(mapping.value_on):
            line = replace(line, value_on=read_formed_day(value_day, mapping.day_form))
        money, is_credit = _money(cell, mapping, cell(mapping.currency) or currency)
        line = replace(line, money=money, is_credit=is_credit)
        line = _with_payer(line, cell, mapping)
        return replace(line, kind=_kind(line, cell(mapping.status), mapping, currency))
    except UnreadableValue as error:
        return replace(line, problem=error.problem)


def _check_own_account(told: str, account: str, file_line: int) -> None:
    if told and account_number(told) != account:
        raise StatementError(
            _("Line %(line)d is of the account %(told)s, not of %(account)s.")
            % {"line": file_line, "told": told[:60], "account": account}
        )


def _with_payer(line: ParsedLine, cell: Cell, mapping: ColumnMapping) -> ParsedLine:
    """The other side is the payer only where money came from there."""
    if not line.is_credit:
        return line
    return replace(
        line,
        payer_name=field(cell(mapping.payer_name)),
        payer_account=account_number(cell(mapping.payer_account)),
    )


def _money(cell: Cell, mapping: ColumnMapping, currency: str) -> tuple[Money, bool]:
    """The amount and whether it is a credit."""

    def read(column: Column | None) -> tuple[Money, bool]:
        return read_signed_amount(
            cell(column),
            decimal_mark=mapping.decimal_mark,
            thousands_mark=mapping.thousands_mark,
            currency=currency,
        )

    if mapping.amount is not None:
        money, is_negative = read(mapping.amount)
        if mapping.direction is None:
            return money, not is_negative
        return money, _checked(_is_credit(cell(mapping.direction)), is_negative)
    has_credit, has_debit = _has_amount(cell(mapping.credit)), _has_amount(cell(mapping.debit))
    if has_credit and has_debit:
        raise UnreadableValue(_("It has an amount both as a credit and as a debit."))
    if has_debit:  # some banks write a minus there, some do not
        return read(mapping.debit)[0], False
    money, is_negative = read(mapping.credit)
    return money, _checked(True, is_negative)


def _checked(is_credit: bool, is_negative: bool) -> bool:
    """A debit may have a minus as well; with a credit it says the contrary."""
    if is_credit and is_negative:
        raise UnreadableValue(_("It has a negative amount as a credit."))
    return is_credit


def _has_amount(cell: str) -> bool:
    """An empty cell or a zero in the other column is how banks say "not this one"."""
    return bool(cell.strip("0.,-+ "))


def _is_credit(word: str) -> bool:
    if word.casefold() in CREDIT_WORDS:
        return True
    if word.casefold() in DEBIT_WORDS:
        return False
    raise UnreadableValue(_("“%(word)s” is neither credit nor debit.") % {"word": word[:40]})


def _kind(line: ParsedLine, status: str, mapping: ColumnMapping, currency: str) -> LineKind:
    if line.money and line.money.currency != currency:
        raise UnreadableValue(
            _("%(money)s is not in the account's %(currency)s. Ask the bank what it booked.")
            % {"money": line.money, "currency": currency}
        )
    booked = {word.casefold() for word in mapping.booked_words}
    if mapping.status is not None and status.casefold() not in booked:
        return LineKind.NOT_BOOKED
    return LineKind.CREDIT if line.is_credit else LineKind.DEBIT
