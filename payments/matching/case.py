"""Everything known of one wire while it is judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from payments.matching.base import Wire
from payments.matching.book import Book
from payments.matching.evidence import Evidence, Kind
from payments.matching.reading import Reading
from payments.matching.targets import Target


@dataclass(frozen=True, slots=True)
class Case:
    wire: Wire
    reading: Reading
    evidence: list[Evidence]
    book: Book

    def of(self, account_number: str) -> list[Evidence]:
        return [each for each in self.evidence if each.account_number == account_number]

    def of_others(self, account_number: str) -> list[Evidence]:
        return [each for each in self.evidence if each.account_number != account_number]

    def strongest(self, target: Target) -> list[Evidence]:
        """What counts for the target: of each kind the strongest, the strongest kind first."""
        best: dict[Kind, Evidence] = {}
        for each in sorted(self._about(target), key=lambda each: -each.weight):
            best.setdefault(each.kind, each)
        return list(best.values())

    def _about(self, target: Target) -> Iterator[Evidence]:
        for each in self.of(target.account_number):
            is_pinned = each.top_up is not None or each.reference is not None
            if not is_pinned or (each.top_up, each.purse or target.purse) == (
                target.top_up,
                target.purse,
            ):
                yield each
