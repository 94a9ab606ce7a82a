"""A day as people write it: 2026-05-03, 3.5.2026, 3/5, 3 May, May 3rd 2026."""

import re
from collections.abc import Iterator
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.)?"
_YEAR = r"(?:,?\s+(?P<year>[0-9]{4}))?"
_FORMS = [
    re.compile(rf"(?<![0-9.,]){form}(?![0-9])", re.IGNORECASE)
    for form in (
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})",
        r"(?P<day>[0-9]{1,2})[./](?P<month>[0-9]{1,2})[./](?P<year>[0-9]{4})",
        r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})",
        rf"{_DAY}\s+{_NAME}{_YEAR}",
        rf"(?<![a-z]){_NAME}\s+{_DAY}{_YEAR}",
    )
]


def typed_days(text: str, *, today: date) -> tuple[list[date], str]:
    """The days that `text` may mean, the likelier first, and `text` without them.

    With slashes or dots Europe writes the day first and America the month: both are meant until
    one of them is no day. Without a year it is the latest such day that is not after `today`.
    """
    for form in _FORMS:
        if (found := form.search(text)) and (days := list(_days(found, today))):
            return days, f"{text[: found.start()]} {text[found.end() :]}"
    return [], text


def _days(found: re.Match[str], today: date) -> Iterator[date]:
    day, month = int(found["day"]), _month(found["month"])
    readings = [(month, day)]
    if found["month"].isdigit() and "-" not in found[0] and day != month:
        readings.append((day, month))
    year = found.groupdict().get("year")
    for one_month, one_day in readings:
        if year:
            candidates = [_date(int(year), one_month, one_day)]
        else:
            years = (today.year, today.year - 1)
            candidates = [_date(one_year, one_month, one_day) for one_year in years]
            candidates = [one for one in candidates if one and one <= today]
        yield from filter(None, candidates[:1])


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
