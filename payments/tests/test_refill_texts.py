"""Words of automatic refill that go by a number: one, and more than one."""

import pytest
from django.utils import timezone

from billing.models import Purse
from payments.refill_texts import consent_text, note_text
from payments.tests.refill_builders import numbers

UNTIL = "2026-03-17T00:00:00+00:00"


@pytest.mark.parametrize(
    ("day_max", "said"),
    [
        ("1", "the one payment of the day is used. It resets at 00:00 on"),
        ("3", "all 3 payments of the day are used. They reset at 00:00 on"),
    ],
)
def test_the_payments_of_a_day(day_max, said):
    facts = {"balance": "10", "max": day_max, "until": UNTIL}
    with timezone.override("UTC"):
        assert said in note_text("day_used", facts, "USD")


@pytest.mark.parametrize(("days", "said"), [("1", "1 day at"), ("3", "3 days at")])
def test_a_threshold_in_days(days, said):
    line = note_text("retuned", {"threshold": "5", "days": days}, "USD")
    assert line == f"The threshold is now 5.00 USD: {said} your pace."


@pytest.mark.parametrize(("days", "said"), [(1, "1 day of it."), (3, "3 days of it.")])
def test_the_days_that_are_agreed_to(days, said):
    consent = consent_text(Purse.VOICE, numbers("50", "20", 3, days_left=days))
    assert f"it is set each night to {said}" in consent
