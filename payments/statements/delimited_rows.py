"""The rows of a CSV file. A quote that nobody closes spoils its own line, not those after it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

_ROW_LINES_MAX = 20  # a quoted text may hold line breaks; no bank writes more


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, and where it begins in the file. With a `problem` they are none."""

    file_line: int
    cells: tuple[str, ...]
    problem: str = ""


def read_rows(lines: list[str], *, separator: str, first: int, width: int) -> Iterator[Row]:
    """The rows from line `first` (counted from 0) on, empty ones left out.

    `width` is how many cells a row has; empty ones beyond it are dropped. Other rows have a
    problem, and the next line is tried as a row again. 0 takes rows of any width.
    """
    place = first
    while place < len(lines):
        row, used = _read_row(lines, place, separator, width)
        if row is not None:
            yield row
        place += used


def _read_row(lines: list[str], place: int, separator: str, width: int) -> tuple[Row | None, int]:
    """The row that begins there, None for an empty one, and how many lines it takes."""
    if "\0" in lines[place]:
        return Row(place + 1, (), _("The line has a character that no text has.")), 1
    reader = csv.reader(lines[place : place + _ROW_LINES_MAX], delimiter=separator, strict=True)
    try:
        cells = _without_empty_end(next(reader), width)
    except csv.Error:
        return Row(place + 1, (), _("The line has a quotation mark that is not closed.")), 1
    used = reader.line_num
    if not any(cell.strip() for cell in cells):
        return None, used
    swallowed = any(
        _looks_whole(line, separator, width) for line in lines[place + 1 : place + used]
    )
    if not width or (len(cells) == width and not swallowed):
        return Row(place + 1, tuple(cells)), used
    return Row(place + 1, (), _wrong_width(len(cells), width, used)), 1


def _looks_whole(line: str, separator: str, width: int) -> bool:
    """Whether a line that a quoted text seems to go on in may be a row by itself: then two
    open quotes have made one text of what stands between them."""
    return width > 1 and line.count(separator) >= width - 1


def _wrong_width(found: int, width: int, used: int) -> str:
    if used > 1:
        return _("The line has a quotation mark that is not closed.")
    told = {"found": found, "expected": width}
    return _("The line has %(found)d columns, %(expected)d are expected.") % told


def _without_empty_end(cells: list[str], width: int) -> list[str]:
    """Some banks end each line with a separator."""
    end = len(cells)
    while width and end > width and not cells[end - 1].strip():
        end -= 1
    return cells[:end]
