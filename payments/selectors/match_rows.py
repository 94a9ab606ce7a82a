"""The page on which staff match wires: what is open, and whose each may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from payments.matching.base import Candidate
from payments.models import Payment, Receipt, StatementLine
from payments.selectors.wire_candidates import candidates_of

CHOICES_MAX = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """One candidate as it is offered: `whose` is what whose_is reads, "" where the balance has to
    be said first."""

    whose: str
    name: str
    reasons: tuple[str, ...]
    is_sure: bool


@dataclass(frozen=True, slots=True)
class MatchRow:
    receipt: Receipt
    choices: list[Choice]

    @property
    def is_sure(self) -> bool:
        """Ticked beforehand."""
        return bool(self.choices) and self.choices[0].is_sure


def match_rows(receipts: Sequence[Receipt]) -> list[MatchRow]:
    """One for each receipt, in their order; seven queries for any number of them."""
    found = choices_of([receipt.line for receipt in receipts])
    return [MatchRow(receipt, found[receipt.line_id]) for receipt in receipts]


def choices_of(lines: Sequence[StatementLine]) -> dict[int, list[Choice]]:
    """By line id, at most three, the best first; every line has a list."""
    found = candidates_of(lines)
    ids = {one.payment_id for many in found.values() for one in many if one.payment_id}
    names = dict(Payment.objects.filter(pk__in=ids).values_list("pk", "top_up__reference"))
    return {
        line.pk: [_choice(one, names) for one in found.get(line.pk, [])[:CHOICES_MAX]]
        for line in lines
    }


def _choice(candidate: Candidate, names: dict[int, str]) -> Choice:
    balance = f"{candidate.account_number} {candidate.purse}".strip()
    top_up = names.get(candidate.payment_id or 0, "")
    return Choice(
        whose=top_up or (balance if candidate.purse else ""),
        name=f"{top_up} · {balance}" if top_up else balance,
        reasons=candidate.reasons,
        is_sure=candidate.is_sure,
    )
