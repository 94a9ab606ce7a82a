"""Our references (ISO 11649) within what people and banks make of them.

Between any two characters may stand spaces, line breaks, dashes; O is read as 0, I and L as 1;
any word may be glued in front. The check digits decide what was meant, also where the number
of the top-up ends: "RF26 1234 5674 V3 2026" has two ends and only one of them is right.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from payments.gateways.wire.reference import WireReference, make_reference

_GAP = r"[^0-9A-Z]{0,6}"  # a line break with spaces around
_DIGIT = r"[0-9OIL]"
_HEAD = re.compile(
    rf"(?:(?P<rf>R{_GAP}F{_GAP})|(?<![0-9]))(?P<check>{_DIGIT}{_GAP}{_DIGIT}){_GAP}"
    rf"(?P<account>(?:{_DIGIT}{_GAP}){{7,9}})(?P<purse>[VS]){_GAP}(?={_DIGIT})"
)
_NUMBER = re.compile(rf"(?:{_DIGIT}{_GAP}){{0,11}}{_DIGIT}")
_ENDS = re.compile(rf"{_DIGIT}(?!{_DIGIT})")
_READ_AS_DIGITS = str.maketrans("OIL", "011")
_NO_DIGITS = re.compile(r"[^0-9]")
_PURSES = {"V": "voice", "S": "sms"}


@dataclass(frozen=True, slots=True)
class ReferenceFound:
    """One reference in a text. `numbers`: what may be the top-up's number, the shortest first.

    `names` are the readings whose check digits fit: none where it is mistyped. `has_rf` is
    False where the two letters in front are missing, so that it may be anything else.
    """

    start: int
    end: int
    check: str
    account_digits: str
    purse: str
    numbers: tuple[int, ...]
    names: tuple[WireReference, ...]
    has_rf: bool


def find_references(text: str) -> Iterator[ReferenceFound]:
    """Of a `plain` text, in its order. Right ones, and those with "RF" that do not check."""
    start = 0
    while (head := _HEAD.search(text, start)) is not None:
        found = _read(text, head)
        if found.names or found.has_rf:
            yield found
            start = found.end
        else:
            start = head.start() + 1


def fits(*, check: str, account_number: str, purse: str, number: int) -> bool:
    """Whether the two check digits are those of this reference."""
    try:
        made = make_reference(account_number=account_number, purse=purse, number=number)
    except ValueError:
        return False
    return made[2:4] == check


def _read(text: str, head: re.Match[str]) -> ReferenceFound:
    purse, check = _PURSES[head["purse"]], _digits(head["check"])
    account = _digits(head["account"])
    ends = dict(_numbers(text, head.end()))
    right = {n: end for n, end in ends.items() if _is_right(check, account, purse, n)}
    return ReferenceFound(
        start=head.start(),
        end=max(right.values(), default=min(ends.values(), default=head.end())),
        check=check,
        account_digits=account,
        purse=purse,
        numbers=tuple(ends),
        names=tuple(WireReference(account, purse, n) for n in right),
        has_rf=head["rf"] is not None,
    )


def _is_right(check: str, account: str, purse: str, number: int) -> bool:
    return len(account) == 8 and fits(
        check=check, account_number=account, purse=purse, number=number
    )


def _numbers(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Every number that may begin here, with where it ends."""
    written = _NUMBER.match(text, start)
    if written is None:
        return
    for last in _ENDS.finditer(text, start, written.end()):
        digits = _digits(text[start : last.end()])
        if int(digits) and not text[last.end() : last.end() + 1].isdigit():
            yield int(digits), last.end()


def _digits(written: str) -> str:
    return _NO_DIGITS.sub("", written.translate(_READ_AS_DIGITS))
