"""GET /api/v1/balances/… as a switch meets it."""

import json

import pytest

from billing.models import EntryKind, JournalEntry
from billing.services.post_entry import Line, post_entry
from billing.services.reverse_entry import reverse_entry
from billing.tests.builders import NOON, clearing, make_customer, spend, top_up, usd, voice_of
from billing.tests.promo_builders import give_bonus
from billing.tests.switches import code_of, switch_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    customer = make_customer(credit_limit="5")
    top_up(customer, "10"), give_bonus(customer, "2.5")
    return customer


@pytest.fixture
def switch():
    client = switch_client()
    client.get("/api/v1/balances/1")  # notes that the token is in use
    return client


def address(customer, rest=""):
    return f"/api/v1/balances/{customer.account_number}{rest}"


def test_both_balances_and_what_they_are_made_of(switch, customer):
    assert json.loads(switch.get(address(customer)).content) == {
        "account_number": customer.account_number,
        "balances": [
            {
                "purse": "voice",
                "currency": "USD",
                "available": "17.500000",
                "paid": "10.000000",
                "promo": "2.500000",
                "credit_limit": "5.000000",
            },
            {
                "purse": "sms",
                "currency": "USD",
                "available": "5.000000",
                "paid": "0.000000",
                "promo": "0.000000",
                "credit_limit": "5.000000",
            },
        ],
    }


@pytest.mark.parametrize(
    ("purse", "amount", "allowed", "reason"),
    [
        ("voice", "17.5", True, None),
        ("voice", "17.500001", False, "insufficient_balance"),
        ("sms", "5", True, None),
        ("sms", "5.01", False, "insufficient_balance"),
    ],
)
def test_call_may_start_when_its_amount_is_available(
    switch, customer, purse, amount, allowed, reason
):
    answer = switch.get(address(customer, f"/authorize?purse={purse}&amount={amount}"))
    told = json.loads(answer.content)
    assert (told["allowed"], told["reason"], told["currency"]) == (allowed, reason, "USD")


def test_call_may_not_start_while_the_customer_is_blocked(switch, customer):
    spend(customer, "100", forced=True)
    answer = switch.get(address(customer, "/authorize?purse=voice&amount=0.01"))
    assert json.loads(answer.content) == {
        "allowed": False,
        "reason": "blocked",
        "available": "-82.500000",
        "currency": "USD",
    }


def take_back(customer, amount: str) -> None:
    voice = voice_of(customer).pk
    post_entry(
        source="card:dp_1",
        kind=EntryKind.DISPUTE,
        lines=[Line(voice, -usd(amount)), Line(clearing(), usd(amount))],
        occurred_at=NOON,
        actor="card gateway",
        forced=True,
    )


def reason_for_sms(switch, customer) -> str | None:
    answer = switch.get(address(customer, "/authorize?purse=sms&amount=1"))
    return json.loads(answer.content)["reason"]


def test_a_chargeback_that_voice_cannot_bear_blocks_sms_until_it_is_made_good(switch, customer):
    """M6: whatever SMS still holds, by its own money or limit."""
    take_back(customer, "100")
    spend(customer, "1", forced=True)
    assert reason_for_sms(switch, customer) == "blocked"
    top_up(customer, "90")
    assert reason_for_sms(switch, customer) is None
    spend(customer, "20", forced=True)
    assert reason_for_sms(switch, customer) is None


def test_a_chargeback_that_voice_can_bear_blocks_nothing(switch, customer):
    take_back(customer, "10")
    assert reason_for_sms(switch, customer) is None


def test_calls_that_ran_over_the_limit_of_voice_block_no_messages(switch, customer):
    """C1: the balances are used up independently."""
    spend(customer, "100", forced=True)
    assert reason_for_sms(switch, customer) is None


def test_a_wrong_call_that_staff_reverse_blocks_no_messages(switch, customer):
    spend(customer, "100", forced=True)
    spend(customer, "5", forced=True)
    reverse_entry(entry_id=JournalEntry.objects.latest("pk").pk, actor="a", reason="r", now=NOON)
    assert reason_for_sms(switch, customer) is None


def test_one_query_says_whether_a_call_may_start(switch, customer, django_assert_num_queries):
    """And one before it looks the token up."""
    with django_assert_num_queries(2):
        switch.get(address(customer, "/authorize?purse=voice&amount=1"))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "invalid_purse"),
        ("?purse=voice", "invalid_amount"),
        ("?purse=fax&amount=1", "invalid_purse"),
        ("?purse=voice&amount=", "invalid_amount"),
        ("?purse=voice&amount=-1", "invalid_amount"),
        ("?purse=voice&amount=1e400", "invalid_amount"),
        ("?purse=voice&amount=0.1234567", "invalid_amount"),
        ("?purse=voice&amount=%00", "invalid_amount"),
        ("?purse=voice&amount=0", "amount_not_positive"),
    ],
)
def test_question_that_cannot_be_answered_says_why(switch, customer, query, code):
    answer = switch.get(address(customer, f"/authorize{query}"))
    assert (answer.status_code, code_of(answer)) == (422, code)


@pytest.mark.parametrize("number", ["00000000", "1", "x", "%00", "%F0%9F%92%B8", "9" * 400])
@pytest.mark.parametrize("rest", ["", "/authorize?purse=voice&amount=1"])
def test_number_that_nobody_has(switch, number, rest):
    answer = switch.get(f"/api/v1/balances/{number}{rest}")
    assert (answer.status_code, code_of(answer)) == (404, "unknown_account")
