"""Ranks whose a wire may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from payments.matching import reasons
from payments.matching.base import Candidate, ExpectedTopUp, KnownCustomer, KnownPayer, Wire
from payments.matching.book import Book
from payments.matching.case import Case
from payments.matching.evidence import Weight
from payments.matching.judge import doubts, is_proven, other_balances
from payments.matching.known_otherwise import known_otherwise
from payments.matching.named_in_texts import named_in_texts
from payments.matching.reading import read_wire
from payments.matching.targets import Target, targets_of

CANDIDATES_MAX = 5
_SCORE_MIN = Weight.AMOUNT  # anything less is chance
_ALMOST_PERCENT = 90


class Matcher:
    """Indexes everything once; then each wire costs a fraction of a millisecond.

    Give it the open top-ups by wire with their customers, and what `look_ups_for` asks for:
    who is not given is not found. A top-up that is over is given where a reference names it,
    so that staff see that it is paid already.
    """

    def __init__(
        self,
        top_ups: Iterable[ExpectedTopUp],
        customers: Iterable[KnownCustomer],
        payers: Iterable[KnownPayer],
    ) -> None:
        self._book = Book(top_ups, customers, payers)

    def candidates(self, wire: Wire) -> list[Candidate]:
        """At most five, the best first; only the first one can be sure. Any text will do."""
        reading = read_wire(wire)
        evidence = [*named_in_texts(reading, self._book), *known_otherwise(wire, self._book)]
        case = Case(wire, reading, evidence, self._book)
        found = [_candidate(case, target) for target in _targets(case)]
        likely = [each for each in found if each.score >= _SCORE_MIN]
        likely.sort(key=lambda each: (-each.score, each.payment_id or 0, each.account_number))
        best, rest = likely[:1], likely[1:CANDIDATES_MAX]
        return best + [replace(each, is_sure=False) for each in rest]


def _targets(case: Case) -> Iterator[Target]:
    for account_number in dict.fromkeys(each.account_number for each in case.evidence):
        yield from targets_of(
            account_number,
            case.of(account_number),
            wire=case.wire,
            in_words=case.reading.purses,
            book=case.book,
        )


def _candidate(case: Case, target: Target) -> Candidate:
    evidence = case.strongest(target)
    against = doubts(case, target)
    amount_weight, amount_reasons = _amount(case.wire, target.top_up)
    said = [each.reason for each in evidence if each.reason]
    return Candidate(
        account_number=target.account_number,
        purse=target.purse,
        payment_id=target.top_up.payment_id if target.top_up else None,
        reasons=(*said, *amount_reasons, *against),
        is_sure=not against and is_proven(case, target),
        score=sum(each.weight for each in evidence)
        + amount_weight
        + (Weight.OTHER_BALANCE if other_balances(case, target) else 0),
    )


def _amount(wire: Wire, top_up: ExpectedTopUp | None) -> tuple[int, list[str]]:
    """What the amount adds, and how it is told. It speaks against nothing: what arrives is
    credited, and the reference says to whom."""
    if top_up is None or not top_up.is_open or top_up.money.currency != wire.money.currency:
        return 0, []
    asked, came = top_up.money, wire.money
    if asked == came:
        return Weight.AMOUNT, [reasons.amount_equals(top_up)]
    is_almost = asked.amount * _ALMOST_PERCENT / 100 <= came.amount < asked.amount
    told = [reasons.amount_differs(asked=asked, came=came)]
    return (Weight.ALMOST_AMOUNT if is_almost else 0), told
