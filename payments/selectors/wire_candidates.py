"""Whose wires may be: what the books know, handed to payments.matching."""

from __future__ import annotations

from collections.abc import Sequence

from payments.matching.base import Candidate
from payments.models import StatementLine


def candidates_of(lines: Sequence[StatementLine]) -> dict[int, list[Candidate]]:
    """By line id, best first; every line has a list. A handful of queries for any number."""
    raise NotImplementedError


def sure_top_ups(lines: Sequence[StatementLine]) -> dict[int, int]:
    """By line id, the id of the top-up that the line's reference names beyond doubt."""
    return {}
