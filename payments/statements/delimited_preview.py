"""The beginning of a CSV file as a mapping would cut it, to be shown while it is changed."""

from __future__ import annotations

from itertools import islice

from django.utils.translation import gettext as _

from payments.statements.base import StatementError
from payments.statements.delimited_mapping import SEPARATORS, ColumnMapping
from payments.statements.delimited_rows import read_rows
from payments.statements.encodings import decode, text_lines

SHOWN_ROWS = 5


def preview_delimited(
    content: bytes, *, mapping: ColumnMapping
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The header, empty where the mapping has none, and the first rows. Only the encoding, the
    separator and the header lines of the mapping matter, so the rest may still be open.

    Raises StatementError where the content is not in that encoding, and without a separator.
    """
    if mapping.separator not in SEPARATORS:
        raise StatementError(_("Choose what separates the columns."))
    lines = text_lines(decode(content, mapping.encoding))
    first = max(mapping.header_lines - 1, 0)
    rows = read_rows(lines, separator=mapping.separator, first=first, width=0)
    cells = [row.cells for row in islice(rows, SHOWN_ROWS + 1)]
    if not mapping.header_lines:
        return (), cells[:SHOWN_ROWS]
    header = cells[0] if cells else ()
    return tuple(name.strip() for name in header), cells[1:]
