"""Guesses how a CSV file is to be read, for staff to look at and confirm.

What may be read in two ways is left open and named as a doubt: 03/04/2026 is a day in April or
in March, 1,234 is a thousand or one and a bit. A wrong guess there would be wrong money.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from payments.statements.base import StatementError
from payments.statements.delimited_mapping import DAY_FORMS, SEPARATORS, Column, ColumnMapping
from payments.statements.delimited_names import BOOKED_WORDS, named_columns
from payments.statements.delimited_preview import SHOWN_ROWS
from payments.statements.delimited_rows import Row, read_rows
from payments.statements.encodings import decode, guess_encoding, text_lines
from payments.statements.limits import BYTES_MAX, too_large
from payments.statements.values import UnreadableValue, read_formed_day

_SAMPLE_LINES = 500  # enough that a day above 12 turns up
_HAS_DECIMALS = re.compile(r"([.,])[0-9]{1,2}\D*$")
_HAS_THREE = re.compile(r"([.,])[0-9]{3}\D*$")
_GROUPED = re.compile(r"[0-9]([ '’.,\u00a0\u202f])[0-9]{3}(?![0-9])")


@dataclass(frozen=True, slots=True)
class MappingGuess:
    """`doubts` are sentences on what staff must decide or should look at. `header` and `rows`
    are the beginning of the file, to be shown beside the mapping."""

    mapping: ColumnMapping
    doubts: tuple[str, ...]
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def guess_mapping(content: bytes) -> MappingGuess:
    """Raises StatementError where the content is no table of text at all."""
    if len(content) > BYTES_MAX:
        raise too_large()
    encoding = guess_encoding(content)
    lines = text_lines(decode(content, encoding))[:_SAMPLE_LINES]
    separator, width = _separator(lines)
    rows = [r for r in read_rows(lines, separator=separator, first=0, width=0) if not r.problem]
    table = [row for row in rows if len(_cells(row)) == width or len(row.cells) == width]
    header = _header(table)
    body = table[1:] if header else table
    columns = _named(header) if header else _unnamed(body)
    mapping = ColumnMapping(
        encoding=encoding,
        separator=separator,
        header_lines=table[0].file_line if header else table[0].file_line - 1,
        **columns,
    )
    return _with_forms(mapping, header, body)


def _separator(lines: list[str]) -> tuple[str, int]:
    """The one that cuts most lines into the same number of cells, more cells before fewer."""
    scores = []
    for separator in SEPARATORS:
        rows = read_rows(lines, separator=separator, first=0, width=0)
        widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1)
        if widths:
            width, count = widths.most_common(1)[0]
            scores.append((count, width, separator))
    if not scores:
        raise StatementError(
            _("This file is no table: no separator cuts its lines into the same columns.")
        )
    _count, width, separator = max(scores)
    return separator, width


def _cells(row: Row) -> list[str]:
    """Without the empty ones at the end."""
    cells = list(row.cells)
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _header(table: list[Row]) -> list[str]:
    """The names, if the first row of full width has names: no cell of it is a day or amount."""
    first = [cell.strip() for cell in table[0].cells]
    if any(_day_forms([cell]) or _is_amount(cell) for cell in first if cell):
        return []
    return first


def _named(header: list[str]) -> dict[str, Column | tuple[str, ...]]:
    found = named_columns(header)
    columns: dict[str, Column | tuple[str, ...]] = {
        name: names[0] for name, names in found.items() if name != "text"
    }
    columns["text"] = tuple(sorted(found.get("text", ()), key=header.index))
    if "amount" in columns:  # beside it, columns called credit and debit are something else
        columns.pop("credit", None)
        columns.pop("debit", None)
    return columns


def _unnamed(body: list[Row]) -> dict[str, Column]:
    """Without names: the first column of days and the first of amounts."""
    columns: dict[str, Column] = {}
    for place in range(min((len(row.cells) for row in body), default=0)):
        cells = [cell for row in body if (cell := row.cells[place].strip())]
        if cells and _day_forms(cells) and "booked_on" not in columns:
            columns["booked_on"] = place
        elif cells and all(map(_is_amount, cells)) and "amount" not in columns:
            columns["amount"] = place
    return columns


def _with_forms(mapping: ColumnMapping, header: list[str], body: list[Row]) -> MappingGuess:
    """Adds how days and amounts are written, from the cells of their columns."""

    def cells(column: Column | None) -> list[str]:
        place = header.index(column) if isinstance(column, str) else column
        if place is None:
            return []
        found = [row.cells[place].strip() for row in body if place < len(row.cells)]
        return [cell for cell in found if cell]

    doubts: list[str] = []
    days = _day_forms(cells(mapping.booked_on))
    amounts = [*cells(mapping.amount), *cells(mapping.credit), *cells(mapping.debit)]
    decimal_mark = _decimal_mark(amounts)
    if len(days) > 1:
        doubts.append(_("Day and month cannot be told apart in this file."))
    if amounts and not decimal_mark:
        doubts.append(_("Decimals and thousands cannot be told apart in this file."))
    statuses = {cell.casefold() for cell in cells(mapping.status)}
    booked = tuple(sorted(statuses & BOOKED_WORDS))
    told = {
        **mapping.as_dict(),
        "day_form": days[0] if len(days) == 1 else "",
        "decimal_mark": decimal_mark,
        "thousands_mark": _thousands_mark(amounts, decimal_mark),
        "booked_words": booked,
        "status": mapping.status if booked else None,
    }
    if statuses and not booked:
        doubts.append(_("Look at the column with the status: which rows are booked?"))
    guess = ColumnMapping.from_dict(told)
    return MappingGuess(
        mapping=guess,
        doubts=(*doubts, *guess.problems()),
        header=tuple(header),
        rows=tuple(row.cells for row in body[:SHOWN_ROWS]),
    )


def _day_forms(cells: list[str]) -> list[str]:
    """The forms that all cells may be read in."""
    return [form for form in DAY_FORMS if cells and all(_is_day(cell, form) for cell in cells)]


def _is_day(text: str, form: str) -> bool:
    try:
        return read_formed_day(text, form).year > 1970
    except UnreadableValue:
        return False


def _is_amount(cell: str) -> bool:
    return bool(re.fullmatch(r"[-−+(]?[0-9][0-9 '’.,\u00a0\u202f]*[)-]?", cell, re.ASCII))


def _decimal_mark(amounts: list[str]) -> str:
    """The mark before one or two last digits; a mark that stands before three only is open.
    Whole numbers alone have none: then it does not matter, and a point is as good."""
    marks = {found[1] for cell in amounts if (found := _HAS_DECIMALS.search(cell))}
    if len(marks) == 1:
        return marks.pop()
    if marks:
        return ""
    both = [cell for cell in amounts if "." in cell and "," in cell]
    if both:  # 1.234,567: the last one is the decimals'
        return max(".,", key=both[0].rfind)
    return "" if any(_HAS_THREE.search(cell) for cell in amounts) else "." if amounts else ""


def _thousands_mark(amounts: list[str], decimal_mark: str) -> str:
    marks = [mark for cell in amounts for mark in _GROUPED.findall(cell)]
    plain = Counter("'" if m == "’" else " " if m.isspace() else m for m in marks)
    plain.pop(decimal_mark, None)
    return plain.most_common(1)[0][0] if plain else ""
