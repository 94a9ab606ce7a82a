"""When a wire should be there. Bank holidays differ by country and are not known here."""

from datetime import date, timedelta

_SATURDAY = 5
WORKING_DAYS_MAX = 3  # what pages promise (profile.py): from the day it was sent


def add_working_days(day: date, count: int) -> date:
    """`count` working days (Monday to Friday) after `day`, which itself may be any day."""
    for _step in range(count):
        day += timedelta(days=1)
        while day.weekday() >= _SATURDAY:
            day += timedelta(days=1)
    return day


def expected_arrival(*, sent_on: date, told_on: date) -> date:
    """The last day on which nothing is wrong yet.

    For a wire that was sent long before we were told, the next working day: until then our
    staff has looked for it.
    """
    return max(add_working_days(sent_on, WORKING_DAYS_MAX), add_working_days(told_on, 1))
