"""Reads CSV and TSV with a mapping that staff have confirmed."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from payments.statements.base import ParsedStatement, StatementError
from payments.statements.delimited_line import delimited_line
from payments.statements.delimited_mapping import Column, ColumnMapping
from payments.statements.delimited_rows import read_rows
from payments.statements.encodings import decode, text_lines
from payments.statements.limits import BYTES_MAX, LINES_MAX, too_large
from payments.statements.values import account_number


def read_delimited(
    content: bytes, *, mapping: ColumnMapping, account: str, currency: str
) -> ParsedStatement:
    """The rows of the file as one statement of this account, without balances.

    Raises StatementError for a mapping that leaves something open or does not fit the file. A
    row that cannot be read is UNREADABLE, with its line of the file.
    """
    if len(content) > BYTES_MAX:
        raise too_large()
    if problems := mapping.problems():
        raise StatementError(" ".join(problems))
    lines = text_lines(decode(content, mapping.encoding))
    if len(lines) > LINES_MAX:
        raise too_large()
    if mapping.footer_lines:
        lines = lines[: -mapping.footer_lines]
    places, width = _places(lines, mapping)
    rows = read_rows(lines, separator=mapping.separator, first=mapping.header_lines, width=width)
    account = account_number(account)
    parsed = [
        replace(
            delimited_line(row, places=places, mapping=mapping, account=account, currency=currency),
            ordinal=ordinal,
        )
        for ordinal, row in enumerate(rows, start=1)
    ]
    if not parsed:
        raise StatementError(_("There are no rows in this file. Check its header lines."))
    days = [line.booked_on for line in parsed if line.booked_on]
    return ParsedStatement(
        account=account,
        currency=currency,
        statement_id="",
        opening=None,
        closing=None,
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        lines=tuple(parsed),
    )


def _places(lines: list[str], mapping: ColumnMapping) -> tuple[dict[Column, int], int]:
    """Where each named or numbered column stands, and how many there are."""
    header_at = max(mapping.header_lines - 1, 0)
    first = next(read_rows(lines, separator=mapping.separator, first=header_at, width=0), None)
    if first is None or first.problem:
        raise StatementError(_("There are no rows in this file. Check its header lines."))
    width = len(first.cells)
    while mapping.header_lines and width > 1 and not first.cells[width - 1].strip():
        width -= 1
    places: dict[Column, int] = {place: place for place in range(width)}
    if mapping.header_lines:
        for place, name in reversed(list(enumerate(first.cells[:width]))):
            places[name.strip()] = place  # of two with one name the first
    for column in _columns(mapping):
        if column not in places:
            raise StatementError(
                _("The file has no column “%(column)s”. It has: %(columns)s.")
                % {"column": column, "columns": ", ".join(c.strip() for c in first.cells)[:300]}
            )
    return places, width


def _columns(mapping: ColumnMapping) -> list[Column]:
    single = [
        *(mapping.booked_on, mapping.value_on, mapping.amount, mapping.direction, mapping.credit),
        *(mapping.debit, mapping.currency, mapping.payer_name, mapping.payer_account),
        *(mapping.reference, mapping.end_to_end_id, mapping.bank_id, mapping.own_account),
        mapping.status,
    ]
    return [column for column in (*single, *mapping.text) if column is not None]
