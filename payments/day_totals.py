"""A gateway's movements of a day beside ours. Pure Python.

A movement is the same when kind, id and currency are. Money that we parked is a capture there.
What a lost dispute took went when it was opened, so its end moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from commpeak.lib.money import Money
from payments.states import FactKind

_OUT = {FactKind.REFUND, FactKind.DISPUTE}


@dataclass(frozen=True, slots=True)
class Movement:
    """`money` is positive; `kind` says whether it came or went. `gateway_id` is the payment's
    there, where that is known."""

    kind: FactKind
    object_id: str
    money: Money
    gateway_id: str = ""

    @property
    def signed(self) -> Money:
        return -self.money if self.kind in _OUT else self.money


@dataclass(frozen=True, slots=True)
class Difference:
    """None on the side where it is missing."""

    kind: FactKind
    object_id: str
    there: Money | None
    here: Money | None
    gateway_id: str


@dataclass(frozen=True, slots=True)
class DayTotals:
    there: Money
    here: Money
    count_there: int
    differences: tuple[Difference, ...]


def day_totals(*, there: Iterable[Movement], here: Iterable[Movement]) -> dict[str, DayTotals]:
    """By currency, for each in which anything moved on either side."""
    theirs, ours = _by_key(there), _by_key(here)
    currencies = sorted({currency for currency, _kind, _id in [*theirs, *ours]})
    return {currency: _totals(currency, theirs, ours) for currency in currencies}


Key = tuple[str, FactKind, str]


def _by_key(movements: Iterable[Movement]) -> dict[Key, Movement]:
    """A list that names one twice counts it once, as the ledger does."""
    found: dict[Key, Movement] = {}
    for one in movements:
        if one.kind is not FactKind.DISPUTE_LOST:
            kind = FactKind.CAPTURE if one.kind is FactKind.PARKED else one.kind
            found[one.money.currency, kind, one.object_id] = one
    return found


def _totals(currency: str, theirs: dict[Key, Movement], ours: dict[Key, Movement]) -> DayTotals:
    there = {key: one for key, one in theirs.items() if key[0] == currency}
    here = {key: one for key, one in ours.items() if key[0] == currency}
    keys = sorted({*there, *here}, key=lambda key: (key[2], key[1]))
    pairs = [(key, there.get(key), here.get(key)) for key in keys]
    return DayTotals(
        there=sum((one.signed for one in there.values()), Money.zero(currency)),
        here=sum((one.signed for one in here.values()), Money.zero(currency)),
        count_there=len(there),
        differences=tuple(
            Difference(
                kind=key[1],
                object_id=key[2],
                there=one.money if one else None,
                here=other.money if other else None,
                gateway_id=one.gateway_id if one else "",
            )
            for key, one, other in pairs
            if one is None or other is None or one.money != other.money
        ),
    )
