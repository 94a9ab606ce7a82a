"""Which balance and which top-up of a customer a wire is meant for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from payments.matching.base import ExpectedTopUp, Wire
from payments.matching.book import Book
from payments.matching.evidence import Evidence, Kind

_ALIKE_MAX = 3  # of several open top-ups with one amount


@dataclass(frozen=True, slots=True)
class Target:
    """`purse` is "" where nothing tells it; `alike` counts open top-ups that fit as well."""

    account_number: str
    purse: str
    top_up: ExpectedTopUp | None
    alike: int = 1

    @property
    def key(self) -> tuple[str, str, int | None]:
        return (self.account_number, self.purse, self.top_up.payment_id if self.top_up else None)


def named_purse(evidence: Iterable[Evidence], in_words: frozenset[str]) -> str:
    """What the texts say: beside the number before anywhere in words; "" when they do not."""
    kinds = {Kind.REFERENCE, Kind.ACCOUNT_NUMBER, Kind.NEAR}
    beside = max(
        (found for found in evidence if found.purse and found.kind in kinds),
        key=lambda found: found.weight,
        default=None,
    )
    if beside is not None:
        return beside.purse
    return next(iter(in_words)) if len(in_words) == 1 else ""


def targets_of(
    account_number: str,
    evidence: list[Evidence],
    *,
    wire: Wire,
    in_words: frozenset[str],
    book: Book,
) -> list[Target]:
    """All that the evidence for one customer means; where it names none, what fits best."""
    found = [_pinned(each) for each in evidence if each.top_up or each.reference]
    is_named = any(each.kind is Kind.REFERENCE for each in evidence)
    if not is_named and any(each.top_up is None for each in evidence):
        found += _fitting(account_number, evidence, wire=wire, in_words=in_words, book=book)
    return list({target.key: target for target in found}.values())


def is_asked_or_announced(top_up: ExpectedTopUp, wire: Wire) -> bool:
    told = top_up.announcement
    return wire.money == top_up.money or (told is not None and wire.money == told.money)


def _pinned(evidence: Evidence) -> Target:
    top_up = evidence.top_up
    return Target(evidence.account_number, top_up.purse if top_up else evidence.purse, top_up)


def _fitting(
    account_number: str,
    evidence: list[Evidence],
    *,
    wire: Wire,
    in_words: frozenset[str],
    book: Book,
) -> Iterator[Target]:
    purse = named_purse(evidence, in_words)
    opened = [t for t in book.open_of(account_number) if purse in {"", t.purse}]
    equal = [t for t in opened if is_asked_or_announced(t, wire)]
    if equal:
        for top_up in equal[:_ALIKE_MAX]:
            yield Target(account_number, top_up.purse, top_up, alike=len(equal))
        return
    likely = _numbered(opened, evidence) or _only_one(opened, wire)
    if likely is not None:
        yield Target(account_number, likely.purse, likely)
    else:
        told = purse or _likely_purse(account_number, evidence, wire=wire, book=book)
        yield Target(account_number, told, None)


def _numbered(opened: list[ExpectedTopUp], evidence: list[Evidence]) -> ExpectedTopUp | None:
    named = {(each.purse, each.number) for each in evidence}
    return next((t for t in opened if (t.purse, t.number) in named), None)


def _only_one(opened: list[ExpectedTopUp], wire: Wire) -> ExpectedTopUp | None:
    """Paid in parts, with fees kept or too much: there is but one that it can be for."""
    same = [t for t in opened if t.money.currency == wire.money.currency]
    left = same or opened
    return left[0] if len(left) == 1 else None


def _likely_purse(account_number: str, evidence: list[Evidence], *, wire: Wire, book: Book) -> str:
    """The only balance in the wire's currency, else the one that this payer paid for before."""
    customer = book.customer(account_number)
    purses = customer.purses if customer else ()
    fitting = [purse for purse, currency in purses if currency == wire.money.currency]
    if len(fitting) == 1:
        return fitting[0]
    before = [each.purse for each in evidence if each.kind is Kind.PAYER]
    if before:
        return before[0]
    return purses[0][0] if len(purses) == 1 else ""
