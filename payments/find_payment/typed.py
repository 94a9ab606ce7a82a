"""Reads what was typed or pasted. It may mean several things at once: all are told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from payments.find_payment.amounts import TypedAmount, typed_amount
from payments.find_payment.days import typed_days
from payments.find_payment.mended import account_numbers, short_references, wire_references
from payments.gateways.wire.reference import WireReference

T = TypeVar("T")
CHARACTERS_MAX = 200  # longer than anything there is to look for, and than a bank's own texts
_IDS_MAX = 4
_EMAIL = re.compile(r"[^\s@<>,;:\"']{1,64}@[^\s@<>,;:\"']{1,190}\.[A-Za-z]{2,24}")
_WORD = re.compile(r"[A-Za-z0-9_-]+")
# ids of gateways are long and have a digit: pi_…, 5O190127TN364715T, 64 digits of a hash
_ID_CHARACTERS = range(10, 256)
_HASH = re.compile(r"(?:0x)?([0-9a-f]{64})", re.IGNORECASE)
# RF, two check digits, account number, V or S, a number; letters that digits are taken for
_WIRE = re.compile(r"\bRF(?:[\s-]?[0-9OIL]){10}[\s-]?[VS](?:[\s-]?[0-9OIL]){1,12}\b", re.IGNORECASE)
# without a hyphen it has a digit, or "transaction" would be one
_SHORT = re.compile(
    r"\b[TR](?:-|[\s]?(?=[A-Z]*[0-9]))[0-9A-Z]{10}(?:-[0-9]{1,3})?\b", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![0-9.,])(?:[0-9]{8}|[0-9]{4}[ -][0-9]{4})(?![0-9.,])")


@dataclass(frozen=True, slots=True)
class Typed:
    """`text` is what was typed, tidied. Of references and numbers with a slip those that may be
    meant; `amount` with the `days` that were written beside it, if any."""

    text: str
    ids: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    wire_references: tuple[WireReference, ...] = ()
    account_numbers: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    amount: TypedAmount | None = None
    days: tuple[date, ...] = ()

    @property
    def means_something(self) -> bool:
        return bool(
            self.ids
            or self.references
            or self.wire_references
            or self.account_numbers
            or self.emails
            or self.amount
        )


def read_typed(text: str, *, today: date, currencies: Collection[str]) -> Typed:
    """Never fails: what means nothing comes back with its text only.

    `today` completes days without a year, `currencies` are those that there are here.
    """
    text = tidied(text)
    emails = tuple(one.lower() for one in _EMAIL.findall(text))
    rest = _EMAIL.sub(" ", text)
    wires, rest = _taken(_WIRE, rest, wire_references)
    short, rest = _taken(_SHORT, rest, lambda one: short_references(re.sub(r"\s", "", one)))
    ids = _ids(rest)
    for one in ids:
        rest = rest.replace(one, " ")
    numbers, rest = _taken(_NUMBER, rest, lambda one: account_numbers(re.sub(r"\D", "", one)))
    days, rest = typed_days(rest, today=today)
    return Typed(
        text=text,
        ids=tuple(_HASH.sub(lambda found: found[1].lower(), one) for one in ids),
        references=short,
        wire_references=wires,
        account_numbers=numbers,
        emails=emails,
        amount=typed_amount(rest, currencies=currencies),
        days=tuple(days),
    )


def tidied(text: str) -> str:
    """On one line, in plain digits and letters (NFKC), without what cannot be stored or seen."""
    plain = unicodedata.normalize("NFKC", text[:CHARACTERS_MAX])
    return " ".join("".join(map(_seen, plain)).split())[:CHARACTERS_MAX]


def _seen(char: str) -> str:
    """What formats is left out, so that an id with a soft hyphen in it stays one word."""
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return " " if category[0] in "CZ" else char


def _taken(
    pattern: re.Pattern[str], text: str, read: Callable[[str], list[T]]
) -> tuple[tuple[T, ...], str]:
    """What `read` makes of each match, and `text` without those that it could read."""
    found: dict[T, None] = {}
    for written in pattern.findall(text):
        if meant := read(written):
            found |= dict.fromkeys(meant)
            text = text.replace(written, " ")
    return tuple(found), text


def _ids(text: str) -> list[str]:
    words = dict.fromkeys(_WORD.findall(text))
    return [one for one in words if _may_be_an_id(one)][:_IDS_MAX]


def _may_be_an_id(word: str) -> bool:
    has_digit = any(char.isdigit() for char in word)
    is_plain_number = word.isdigit() and len(word) < 16
    is_day = bool(re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", word))
    return len(word) in _ID_CHARACTERS and has_digit and not (is_plain_number or is_day)
