"""POST /api/v1/usage as a switch meets it."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from billing.api.events import BODY_BYTES_MAX, EVENTS_MAX
from billing.models import Balance, JournalEntry, Purse
from billing.tests.builders import make_customer, top_up, voice_of
from billing.tests.switches import (
    code_of,
    make_token,
    rated,
    report,
    send,
    switch_client,
    verdicts,
)
from commpeak.lib.clock import utc_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    """10.00 USD on Voice, no credit limit."""
    customer = make_customer()
    top_up(customer, "10")
    return customer


@pytest.fixture
def switch():
    return switch_client()


def balance_of(customer):
    return Balance.objects.get(account=voice_of(customer)).amount


def test_events_are_answered_in_order_with_their_entries(switch, customer):
    answer = report(switch, rated(customer, "a", "1.5"), rated(customer, "b", "0.000001"))
    entries = JournalEntry.objects.filter(kind="usage").order_by("id").values_list("id", flat=True)
    assert json.loads(answer.content) == {
        "results": [
            {"id": id_, "verdict": "charged", "entry": entry, "replay": False, "error": None}
            for id_, entry in zip("ab", entries, strict=True)
        ]
    }
    assert balance_of(customer) == Decimal("8.499999")


def test_not_charged_events_say_why(switch, customer):
    answer = report(switch, rated(customer, "a", "11"))
    assert json.loads(answer.content)["results"] == [
        {
            "id": "a",
            "verdict": "refused",
            "entry": None,
            "replay": False,
            "error": {
                "code": "insufficient_balance",
                "message": "The balance does not cover this amount.",
            },
        }
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": "0"}, "amount_not_positive"),
        ({"amount": "0.000000"}, "amount_not_positive"),
        ({"amount": "-1"}, "amount_not_positive"),
        ({"amount": "0.1234567"}, "amount_too_fine"),
        ({"amount": "1000000"}, "amount_too_large"),
        ({"amount": "9" * 400}, "amount_too_large"),
        ({"amount": 1.5}, "amount_not_text"),
        ({"amount": 1}, "amount_not_text"),
        ({"amount": True}, "invalid_amount"),
        ({"amount": None}, "invalid_amount"),
        ({"amount": "1,5"}, "invalid_amount"),
        ({"amount": "1e3"}, "invalid_amount"),
        ({"amount": "NaN"}, "invalid_amount"),
        ({"amount": "١٢٣"}, "invalid_amount"),
        ({"amount": "1\n"}, "invalid_amount"),
        ({"amount": ""}, "invalid_amount"),
        ({"account_number": "00000000"}, "unknown_account"),
        ({"account_number": "1"}, "invalid_account_number"),
        ({"account_number": 12345674}, "invalid_account_number"),
        ({"account_number": "1234567\x00"}, "invalid_account_number"),
        ({"purse": "fax"}, "invalid_purse"),
        ({"currency": "EUR"}, "wrong_currency"),
        ({"currency": "usd"}, "invalid_currency"),
        ({"occurred_at": "yesterday"}, "invalid_occurred_at"),
        ({"occurred_at": "2026-03-02T12:00:00"}, "invalid_occurred_at"),
        ({"occurred_at": 1772452800}, "invalid_occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "invalid_occurred_at"),
        ({"occurred_at": "9999-12-31T23:59:59Z"}, "occurred_in_the_future"),
        ({"occurred_at": "1970-01-01T00:00:00Z"}, "occurred_too_long_ago"),
        ({"description": "a\x00b"}, "invalid_description"),
        ({"description": "\ud800"}, "invalid_description"),
        ({"description": "\u202e0001"}, "invalid_description"),
        ({"description": "x" * 201}, "invalid_description"),
        ({"description": 5}, "invalid_description"),
        ({"quantity": 0}, "invalid_quantity"),
        ({"quantity": 10**30}, "invalid_quantity"),
        ({"quantity": "3"}, "invalid_quantity"),
        ({"forced": "yes"}, "invalid_forced"),
        ({"id": ""}, "invalid_id"),
        ({"id": "two words"}, "invalid_id"),
        ({"id": "\ud800"}, "invalid_id"),
        ({"id": "a\x00"}, "invalid_id"),
        ({"id": "x" * 101}, "invalid_id"),
        ({"id": 7}, "invalid_id"),
        ({"ammount": "1"}, "unknown_field"),
    ],
)
def test_bad_event_has_its_own_code_and_stops_no_other(switch, customer, changes, code):
    bad = rated(customer, "bad") | changes
    answer = report(switch, rated(customer, "a"), bad, rated(customer, "b"))
    assert verdicts(answer) == ["charged", code, "charged"]
    assert balance_of(customer) == 8


@pytest.mark.parametrize("event", [None, 5, "x", [], {}, [[]], {"id": None}])
def test_what_is_no_event_stops_no_other(switch, customer, event):
    answer = report(switch, event, rated(customer, "a"))
    assert verdicts(answer)[1] == "charged"
    assert json.loads(answer.content)["results"][0]["verdict"] == "invalid"
    assert json.loads(answer.content)["results"][0]["id"] is None


def test_whole_batch_sent_again_is_answered_as_before(switch, customer):
    batch = [rated(customer, "a"), rated(customer, "b", "2")]
    first, again = (json.loads(report(switch, *batch).content)["results"] for _ in range(2))
    assert [one | {"replay": True} for one in first] == again
    assert balance_of(customer) == 7


def test_same_id_with_another_body_is_a_conflict(switch, customer):
    event = rated(customer, "a")
    report(switch, event)
    answer = report(switch, event | {"amount": "2"})
    assert json.loads(answer.content)["results"][0]["verdict"] == "conflict"
    assert verdicts(answer) == ["id_reused"]
    assert balance_of(customer) == 9


def test_new_token_of_the_same_switch_charges_nothing_twice(customer):
    event = rated(customer, "a")
    assert verdicts(report(switch_client(make_token()), event)) == ["charged"]
    assert verdicts(report(switch_client(make_token()), event)) == ["replay"]
    assert verdicts(report(switch_client(make_token(name="ams-1")), event)) == ["charged"]


def test_same_time_in_another_zone_is_the_same_time(switch, customer):
    at = utc_now().replace(microsecond=0)
    local = at + timedelta(hours=2)
    first = rated(customer, "a", occurred_at=f"{at:%Y-%m-%dT%H:%M:%S}Z")
    again = rated(customer, "a", occurred_at=f"{local:%Y-%m-%dT%H:%M:%S}+02:00")
    assert verdicts(report(switch, first, again)) == ["charged", "replay"]


def test_forced_event_is_charged_beyond_the_limit(switch, customer):
    assert verdicts(report(switch, rated(customer, "a", "25", forced=True))) == ["charged"]
    assert balance_of(customer) == -15


def test_statement_shows_description_and_quantity(switch, customer):
    event = rated(customer, "a", description="Nachricht nach Zürich", quantity=3)
    report(switch, event, rated(customer, "b", description="One call", quantity=1))
    memos = JournalEntry.objects.filter(kind="usage").order_by("id").values_list("memo", flat=True)
    assert list(memos) == ["Nachricht nach Zürich × 3", "One call"]


def test_sms_has_its_own_balance(switch, customer):
    assert verdicts(report(switch, rated(customer, "a", purse="sms"))) == ["insufficient_balance"]
    top_up(customer, "1", purse=Purse.SMS)
    assert verdicts(report(switch, rated(customer, "a", purse="sms"))) == ["charged"]


def test_largest_batch_is_taken_and_one_more_is_not(switch, customer):
    batch = [rated(customer, str(number), "0.001") for number in range(EVENTS_MAX)]
    assert verdicts(report(switch, *batch)) == ["charged"] * EVENTS_MAX
    answer = report(switch, *batch, rated(customer, "one more"))
    assert (answer.status_code, code_of(answer)) == (422, "too_many_events")
    assert balance_of(customer) == 9


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid_json"),
        (b"{", 400, "invalid_json"),
        (b'{"events": [NaN]}', 400, "invalid_json"),
        (b'{"events": ["\xff"]}', 400, "invalid_json"),
        (b'\xef\xbb\xbf{"events": []}', 400, "invalid_json"),
        ('{"events": []}'.encode("utf-16"), 400, "invalid_json"),
        (b"[" * 200_000, 400, "invalid_json"),
        (b'{"events": [' + b"9" * 10_000 + b"]}", 400, "invalid_json"),
        (b"null", 422, "invalid_batch"),
        (b"[]", 422, "invalid_batch"),
        (b"{}", 422, "invalid_batch"),
        (b'{"events": []}', 422, "invalid_batch"),
        (b'{"events": {}}', 422, "invalid_batch"),
        (b'{"events": [{}], "more": 1}', 422, "invalid_batch"),
        (b" " * (BODY_BYTES_MAX + 1), 413, "body_too_large"),
    ],
)
def test_what_is_no_batch_is_refused_in_words(switch, body, status, code):
    """W9, W10 for our own API."""
    answer = send(switch, body)
    assert (answer.status_code, code_of(answer)) == (status, code)


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_other_methods_are_told_which_one_works(switch, method):
    answer = getattr(switch, method)("/api/v1/usage")
    assert (answer.status_code, code_of(answer)) == (405, "method_not_allowed")
    assert answer["Allow"] == "POST"


def test_batch_takes_five_queries(switch, customer, django_assert_num_queries):
    """One for the token, four to charge."""
    report(switch, rated(customer, "a"))
    batch = [rated(customer, f"b{number}", "0.01") for number in range(100)]
    with django_assert_num_queries(5):
        assert verdicts(report(switch, *batch)) == ["charged"] * 100


def test_no_session_and_no_csrf_token_is_asked_for(customer):
    client = switch_client(enforce_csrf_checks=True)
    answer = report(client, rated(customer, "a"))
    assert verdicts(answer) == ["charged"]
    assert answer.cookies == {}
