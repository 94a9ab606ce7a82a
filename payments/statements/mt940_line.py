"""The field :61: of an MT940, one movement, with what its :86: says.

:61:0705040503CR125,00NTRFNONREF//B-1        second line: supplementary details
    value booked  mark and funds code, amount, kind, reference for us // the bank's own
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from commpeak.lib.money import Money
from payments.statements.base import LineKind, ParsedLine
from payments.statements.mt940_details import Details, read_details
from payments.statements.values import UnreadableValue, an_id, read_amount, words

_MOVEMENT = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4}|\s{4})?(?P<mark>R?[CD])(?P<funds>[A-Z])? ?"
    r"(?P<amount>[\d.,]+)(?P<type>[A-Z][A-Z0-9 ]{3})?"
    r"(?P<ours>((?!//).)*)(//(?P<banks>.*))?",
    re.ASCII,
)
_AMOUNT = re.compile(r"\d+(,\d*)?", re.ASCII)
# What stands there when the reference is elsewhere or nowhere.
_NO_REFERENCES = frozenset({"EREF", "KREF", "PREF", "MARF", "KREF+", "EREF+", "CSID"})


@dataclass(frozen=True, slots=True)
class Movement:
    """The lines of :61: and of what follows it, and where in the file it begins."""

    file_line: int
    statement_line: list[str]
    details: list[str]


def movement_line(movement: Movement, *, ordinal: int, currency: str) -> ParsedLine:
    """Never raises: what cannot be read is an UNREADABLE line that says why."""
    details = read_details(movement.details)
    line = ParsedLine(
        ordinal=ordinal,
        kind=LineKind.UNREADABLE,
        money=None,
        is_credit=False,
        booked_on=None,
        value_on=None,
        file_line=movement.file_line,
        end_to_end_id=details.end_to_end_id,
        reference=details.reference,
        text=details.text,
    )
    found, extra = _match(movement.statement_line)
    if found is None:
        return replace(line, problem=_("The movement (:61:) is not written as the standard says."))
    line = _with_references(line, found, extra, details)
    try:
        booked_on, value_on = _days(found)
        line = replace(line, booked_on=booked_on, value_on=value_on)
        return replace(line, money=_money(found["amount"], currency), kind=_kind(found["mark"]))
    except UnreadableValue as error:
        return replace(line, problem=error.problem)


def _match(lines: list[str]) -> tuple[re.Match[str] | None, str]:
    """The movement and its supplementary details. Some banks wrap before the amount."""
    found = _MOVEMENT.fullmatch(lines[0])
    if found or len(lines) < 2:
        return found, words(*lines[1:])
    return _MOVEMENT.fullmatch(lines[0] + lines[1]), words(*lines[2:])


def _with_references(
    line: ParsedLine, found: re.Match[str], extra: str, details: Details
) -> ParsedLine:
    """The other side is the payer only where money came from there."""
    is_credit = found["mark"] in {"C", "RD"}
    ours = an_id(found["ours"])
    return replace(
        line,
        is_credit=is_credit,
        bank_id=an_id(found["banks"] or ""),
        payer_name=details.name if is_credit else "",
        payer_account=details.account if is_credit else "",
        reference=details.reference or ("" if ours.upper() in _NO_REFERENCES else ours),
        text=details.text if extra in details.text else words(details.text, extra),
    )


def _kind(mark: str) -> LineKind:
    if mark.startswith("R"):
        return LineKind.REVERSAL
    return LineKind.CREDIT if mark == "C" else LineKind.DEBIT


def _money(text: str, currency: str) -> Money:
    if not _AMOUNT.fullmatch(text):  # a point would be read as a thousand by some
        raise UnreadableValue(_("“%(text)s” is not an amount.") % {"text": text[:40]})
    return read_amount(text.replace(",", "."), currency)


def _days(found: re.Match[str]) -> tuple[date, date]:
    """Booked and value day. The booked one has no year: it is the nearest to the value day."""
    value_on = read_day(found["value"])
    entry = (found["entry"] or "").strip()
    if not entry:
        return value_on, value_on
    near = [
        day
        for year in (value_on.year - 1, value_on.year, value_on.year + 1)
        if (day := _day(year, entry)) is not None
    ]
    if not near:
        raise _no_date(entry)
    return min(near, key=lambda day: abs(day - value_on)), value_on


def read_day(text: str) -> date:
    """YYMMDD, 80 to 99 in the last century. Raises UnreadableValue."""
    year = int(text[:2])
    day = _day(year + (1900 if year >= 80 else 2000), text[2:])
    if day is None:
        raise _no_date(text)
    return day


def _day(year: int, month_and_day: str) -> date | None:
    """30 February is the end of the month to banks that count 30 days in each."""
    month, day = int(month_and_day[:2]), int(month_and_day[2:])
    if month == 2 and day in {29, 30}:
        day = min(day, monthrange(year, 2)[1])
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _no_date(text: str) -> UnreadableValue:
    return UnreadableValue(_("“%(text)s” is not a date.") % {"text": text[:40]})
