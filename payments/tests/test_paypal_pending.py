"""Why PayPal waits: words for each of its reasons, and a date only where there is one."""

import json
from datetime import UTC, datetime

import pytest

from payments.gateways.base import Waiting
from payments.gateways.paypal.pending import WORDS, waiting_for
from sandbox.paypal_api.captures import PENDING_REASONS
from sandbox.tests.paypal import DESCRIPTIONS


def pending(reason: str, at: str = "2026-03-02T12:00:00Z") -> dict[str, object]:
    return {"status_details": {"reason": reason}, "create_time": at}


def test_there_are_words_for_every_reason_that_paypal_has():
    if not DESCRIPTIONS.is_dir():
        pytest.skip(f"PayPal's descriptions are not at {DESCRIPTIONS}")
    description = json.loads((DESCRIPTIONS / "payments_payment_v2.json").read_text())
    details = description["components"]["schemas"]["capture_status_details"]
    assert sorted(WORDS) == sorted(details["properties"]["reason"]["enum"])


def test_the_sandbox_knows_the_same_reasons():
    assert set(WORDS) == PENDING_REASONS


@pytest.mark.parametrize(
    ("made_at", "expected_by"),
    [
        ("2026-03-02T12:00:00Z", datetime(2026, 3, 10, 12, tzinfo=UTC)),  # Monday → Tuesday
        ("2026-03-06T12:00:00Z", datetime(2026, 3, 16, 12, tzinfo=UTC)),  # Friday → Monday
        ("2026-03-07T12:00:00Z", datetime(2026, 3, 16, 12, tzinfo=UTC)),  # Saturday
    ],
)
def test_an_e_cheque_is_expected_after_six_working_days(made_at, expected_by):
    assert waiting_for([pending("ECHECK", made_at)]) == Waiting("ECHECK", expected_by)


@pytest.mark.parametrize("reason", sorted(set(WORDS) - {"ECHECK"}))
def test_no_date_is_made_up_for_other_reasons(reason):
    assert waiting_for([pending(reason)]) == Waiting(reason)


def test_a_reason_that_paypal_does_not_tell_is_none():
    assert waiting_for([{"create_time": "2026-03-02T12:00:00Z"}]) == Waiting()
    assert waiting_for([]) is None
