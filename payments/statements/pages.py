"""Pages of one statement, which banks cut long ones into, put together again.

Two identical wires of a day may stand on two pages; only side by side are they two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from payments.statements.base import ParsedStatement

_ENDS = frozenset({"CLBD"})
_BEGINS = frozenset({"OPBD", "PRCD"})


def join_pages(statements: Iterable[ParsedStatement]) -> list[ParsedStatement]:
    """Joins each page to the one before where that one has no final balance, this one no first
    one, and the balance between them is the same."""
    joined: list[ParsedStatement] = []
    for statement in statements:
        if joined and _goes_on(joined[-1], statement):
            joined[-1] = _together(joined[-1], statement)
        else:
            joined.append(statement)
    return joined


def _goes_on(page: ParsedStatement, following: ParsedStatement) -> bool:
    return (
        (page.account, page.currency) == (following.account, following.currency)
        and page.closing is not None
        and page.closing == following.opening
        and not any(balance.code in _ENDS for balance in page.balances)
        and not any(balance.code in _BEGINS for balance in following.balances)
    )


def _together(page: ParsedStatement, following: ParsedStatement) -> ParsedStatement:
    moved = len(page.lines)
    lines = [replace(line, ordinal=line.ordinal + moved) for line in following.lines]
    return replace(
        page,
        closing=following.closing,
        last_day=following.last_day,
        lines=(*page.lines, *lines),
        balances=(*page.balances, *following.balances),
    )
