"""A balance's statement as lines of a file."""

from collections.abc import Iterator
from datetime import UTC

from django.utils.translation import gettext as _

from accounts.models import Customer
from billing.models import Purse
from billing.selectors.statement_page import StatementRow, statement_page
from commpeak.lib.csv_cells import inert_cell

LINES_MAX = 20_000  # about two megabytes; older entries are on the pages
ROWS_PER_READ = 500


def statement_lines(*, customer: Customer, purse: Purse) -> Iterator[list[str]]:
    """A line of headings, then the newest LINES_MAX entries, newest first.

    Times are UTC, amounts plain decimals without separators, so that spreadsheets compute.
    """
    yield [
        _("Entry"),
        _("Time (UTC)"),
        _("What"),
        _("Memo"),
        _("Amount"),
        _("Balance"),
        _("Currency"),
    ]
    before, left = None, LINES_MAX
    while left > 0:
        size = min(left, ROWS_PER_READ)
        page = statement_page(customer=customer, purse=purse, before=before, size=size)
        yield from map(_line, page.rows)
        before, left = page.next_before, left - size
        if before is None:
            return


def _line(row: StatementRow) -> list[str]:
    return [
        str(row.entry_id),
        row.occurred_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        inert_cell(row.kind),
        inert_cell(row.memo),
        f"{row.amount.amount:f}",
        f"{row.balance_after.amount:f}",
        row.amount.currency,
    ]
