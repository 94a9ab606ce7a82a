"""What may be an account number in a text: eight digits as a whole, also in groups.

Texts are full of other numbers: invoices, days, telephones, IBANs, and any of them may be the
valid number of some other customer. So a number within a longer one is not read, and what
stands beside it ("INVOICE 12345674") is told, so that it is never believed without more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from commpeak.lib.ids import ACCOUNT_NUMBER_LENGTH
from payments.matching.other_numbers import hide_other_numbers
from payments.matching.words import Label, label_of

_GAP = r"(?:[^0-9A-Z|]{1,3}|\s{1,6})"
_RUN = re.compile(rf"[0-9]+(?:{_GAP}[0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
_LETTERS_BEFORE = re.compile(r"([A-Z]*)$")
_GLUED_ID_AFTER = re.compile(r"[A-Z]+[0-9]")
# "12345674V", "12345674 V3", "12345674-S"; not the initial of "12345674 S. MILLER"
_PURSE_AFTER = re.compile(
    r"(?:[-/]?(?P<glued>[VS])|[ .](?P<apart>[VS])(?![^0-9A-Z]{0,3}[A-Z]))"
    r"(?:[ \-./]?(?P<number>[0-9]{1,6}))?(?![A-Z0-9])"
)
_PURSE_BEFORE = re.compile(r"(?<![A-Z0-9])[VS]$")
_ALMOST_DIGITS = re.compile(r"(?<![0-9A-Z])(?=(?:[OIL]*[0-9]){6})[0-9OIL]{8}(?![0-9A-Z])")
_READ_AS_DIGITS = str.maketrans("OIL", "011")
_PURSES = {"V": "voice", "S": "sms"}
_GROUPED_LENGTH_MAX = 12  # a longer run of groups is an IBAN, a card or a bank's own id
_LOOK_BACK, _LOOK_AHEAD = 40, 20


@dataclass(frozen=True, slots=True)
class NumberFound:
    """`digits`: seven to nine. `is_whole`: nothing but these digits stands there.

    `label`: what the words in front call it. `purse` and `number` are those
    of "12345674V3", else "" and None; `has_letter`: written so, as our payers are told to.
    `is_exact` is False where letters were read as digits.
    """

    digits: str
    is_whole: bool
    label: Label
    has_letter: bool = False
    purse: str = ""
    number: int | None = None
    is_exact: bool = True


def find_numbers(text: str) -> Iterator[NumberFound]:
    """Of a `plain` text without its references, in its order."""
    hidden = hide_other_numbers(text)
    for run in _RUN.finditer(hidden):
        yield from _in_run(hidden, run)
    for word in _ALMOST_DIGITS.finditer(hidden):
        if not word[0].isdigit():
            digits = word[0].translate(_READ_AS_DIGITS)
            yield NumberFound(digits, is_whole=True, label=Label.NONE, is_exact=False)


def _in_run(text: str, run: re.Match[str]) -> Iterator[NumberFound]:
    before = text[max(0, run.start() - _LOOK_BACK) : run.start()]
    if _is_inside_an_id(text, run, before):
        return
    groups = _groups(text, run, before)
    whole = "".join(group[0] for group in groups)
    if _may_be_meant(whole):
        yield _found(text, whole, before=before, end=run.end(), is_whole=True)
        return
    for part in _parts(text, groups):
        digits = "".join(group[0] for group in part)
        yield _found(text, digits, before=before, end=part[-1].end(), is_whole=False)


def _is_inside_an_id(text: str, run: re.Match[str], before: str) -> bool:
    """ "A1B12345674", "12345674X9": digits of something longer."""
    letters = _LETTERS_BEFORE.search(before)
    ahead = before[: letters.start()] if letters is not None else before
    if ahead[-1:].isdigit() and len(ahead) < len(before):
        return True
    is_glued = _GLUED_ID_AFTER.match(text, run.end()) is not None
    return is_glued and _PURSE_AFTER.match(text, run.end()) is None


def _groups(text: str, run: re.Match[str], before: str) -> list[re.Match[str]]:
    """Without the check digits of "RF26 1234 5674", where the rest of the reference is lost."""
    groups = list(_GROUP.finditer(text, run.start(), run.end()))
    if before.endswith(("RF", "REF")) and len(groups) > 1 and len(groups[0][0]) == 2:
        return groups[1:]
    return groups


def _parts(text: str, groups: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """Single words among others, and groups of eight digits in a run that is not too long."""
    for group in groups:
        if _may_be_meant(group[0]) and _stands_alone(text, group):
            yield [group]
    if sum(len(group[0]) for group in groups) > _GROUPED_LENGTH_MAX:
        return
    for start, end in combinations(range(len(groups) + 1), 2):
        part = groups[start:end]
        if len(part) > 1 and sum(len(group[0]) for group in part) == ACCOUNT_NUMBER_LENGTH:
            yield part


def _stands_alone(text: str, group: re.Match[str]) -> bool:
    around = text[group.start() - 1 : group.start()] + text[group.end() : group.end() + 1]
    return not around.strip(" \r\n\t,;:/")


def _may_be_meant(digits: str) -> bool:
    return abs(len(digits) - ACCOUNT_NUMBER_LENGTH) <= 1


def _found(text: str, digits: str, *, before: str, end: int, is_whole: bool) -> NumberFound:
    after, letter = _PURSE_AFTER.match(text, end), _PURSE_BEFORE.search(before)
    number = int(after["number"] or 0) if after else 0
    purse = (after["glued"] or after["apart"]) if after else letter[0] if letter else ""
    return NumberFound(
        digits=digits,
        is_whole=is_whole,
        label=label_of(before, digits, text[end : end + _LOOK_AHEAD]),
        purse=_PURSES.get(purse, ""),
        number=number or None,
        has_letter=after is not None,
    )
