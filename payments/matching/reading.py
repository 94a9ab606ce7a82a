"""What a wire's texts name, before anybody is looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from commpeak.lib.ids import is_top_up_reference
from payments.gateways.wire.reference import WireReference
from payments.matching.base import Wire
from payments.matching.near import NearNumber, near_numbers
from payments.matching.numbers import NumberFound, find_numbers
from payments.matching.other_numbers import HIDDEN
from payments.matching.plain import is_cut, plain
from payments.matching.references import ReferenceFound, find_references
from payments.matching.words import named_purses

_TOP_UP_NAME = re.compile(r"(?<![0-9A-Z])T[- ]?([2-9A-Z]{10})(?![0-9A-Z])")

NUMBERS_MAX = 40  # more in one wire is no text for people; each costs a search for slips


class Source(Enum):
    """Where it stands; the payer's bank has made sure of the form of a structured one."""

    STRUCTURED = auto()
    TEXT = auto()
    END_TO_END = auto()


@dataclass(frozen=True, slots=True)
class Reading:
    """`purses` are named in words. `is_cut`: there is more text than is read."""

    references: tuple[tuple[ReferenceFound, Source], ...]
    numbers: tuple[tuple[NumberFound, Source], ...]
    top_up_names: tuple[str, ...]
    purses: frozenset[str]
    is_cut: bool

    @property
    def right_references(self) -> Iterator[WireReference]:
        return (name for found, _source in self.references for name in found.names)


def read_wire(wire: Wire) -> Reading:
    sources = (
        (Source.STRUCTURED, wire.reference),
        (Source.TEXT, wire.text),
        (Source.END_TO_END, wire.end_to_end_id),
    )
    references: list[tuple[ReferenceFound, Source]] = []
    numbers: list[tuple[NumberFound, Source]] = []
    names: list[str] = []
    for source, text in sources:
        left = plain(text)
        found = list(find_references(left))
        left = _without(left, found)
        names += _top_up_names(left)
        references += ((reference, source) for reference in found)
        numbers += (
            (number, source)
            for number in find_numbers(_TOP_UP_NAME.sub(HIDDEN, left))
            if not _is_of_the_payer(number, wire)
        )
    return Reading(
        references=tuple(references),
        numbers=tuple(numbers[:NUMBERS_MAX]),
        top_up_names=tuple(dict.fromkeys(names)),
        purses=named_purses(plain(wire.reference)) | named_purses(plain(wire.text)),
        is_cut=len(numbers) > NUMBERS_MAX or any(is_cut(text) for _source, text in sources),
    )


def near_accounts(reading: Reading) -> Iterator[NearNumber]:
    """Account numbers that may be meant by mistyped ones."""
    for number, _source in reading.numbers:
        yield from near_numbers(number.digits)
    for reference, _source in reading.references:
        if not reference.names:
            yield from near_numbers(reference.account_digits)


def _without(text: str, references: list[ReferenceFound]) -> str:
    for found in references:
        text = text[: found.start] + HIDDEN * (found.end - found.start) + text[found.end :]
    return text


def _top_up_names(text: str) -> Iterator[str]:
    for found in _TOP_UP_NAME.finditer(text):
        name = f"T-{found[1]}"
        if is_top_up_reference(name):
            yield name


def _is_of_the_payer(number: NumberFound, wire: Wire) -> bool:
    """British account numbers have eight digits as well, and payers write their own."""
    return number.digits in wire.payer_account.replace(" ", "").replace("-", "")
