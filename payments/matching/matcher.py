"""Ranks whose a wire may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
        scored = [(_score(case, target), target) for target in _targets(case)]
        likely = [each for each in scored if each[0] >= _SCORE_MIN]
        likely.sort(key=_rank)
        return [
            _candidate(case, target, score=score, is_first=at == 0)
            for at, (score, target) in enumerate(likely[:CANDIDATES_MAX])
        ]


def _targets(case: Case) -> Iterator[Target]:
    for account_number in dict.fromkeys(each.account_number for each in case.evidence):
        yield from targets_of(
            account_number,
            case.of(account_number),
            wire=case.wire,
            in_words=case.reading.purses,
            book=case.book,
        )


def _rank(scored: tuple[int, Target]) -> tuple[int, int, str, str]:
    """The best first; of equal ones the top-up that was asked for first."""
    score, target = scored
    payment_id = target.top_up.payment_id if target.top_up else 0
    return (-score, payment_id, target.account_number, target.purse)


def _score(case: Case, target: Target) -> int:
    weights = sum(each.weight for each in case.strongest(target))
    other = Weight.OTHER_BALANCE if other_balances(case, target) else 0
    return weights + _amount_weight(case.wire, target.top_up) + other


def _candidate(case: Case, target: Target, *, score: int, is_first: bool) -> Candidate:
    against = doubts(case, target)
    said = [each.reason for each in case.strongest(target) if each.reason]
    return Candidate(
        account_number=target.account_number,
        purse=target.purse,
        payment_id=target.top_up.payment_id if target.top_up else None,
        reasons=(*said, *_amount_reasons(case.wire, target.top_up), *against),
        is_sure=is_first and not against and is_proven(case, target),
        score=score,
    )


def _amount_weight(wire: Wire, top_up: ExpectedTopUp | None) -> int:
    """An amount speaks against nothing: what arrives is credited, whatever was asked for."""
    if top_up is None or not _is_comparable(wire, top_up):
        return 0
    asked, came = top_up.money.amount, wire.money.amount
    if asked == came:
        return Weight.AMOUNT
    return Weight.ALMOST_AMOUNT if asked * _ALMOST_PERCENT / 100 <= came < asked else 0


def _amount_reasons(wire: Wire, top_up: ExpectedTopUp | None) -> list[str]:
    if top_up is None or not _is_comparable(wire, top_up):
        return []
    if top_up.money == wire.money:
        return [reasons.amount_equals(top_up)]
    return [reasons.amount_differs(asked=top_up.money, came=wire.money)]


def _is_comparable(wire: Wire, top_up: ExpectedTopUp) -> bool:
    return top_up.is_open and top_up.money.currency == wire.money.currency
