"""The dashboard's list of what last happened."""

import pytest

from billing.models import Purse
from billing.selectors.recent_entries import recent_entries
from billing.services.charge_usage import charge_usage
from billing.tests.builders import NOON, make_customer, top_up, usage, usd

pytestmark = pytest.mark.django_db


def test_the_newest_entries_of_both_balances_come_first(django_assert_num_queries):
    customer = make_customer()
    top_up(customer, "10")
    top_up(customer, "20", purse=Purse.SMS)
    top_up(customer, "30")
    with django_assert_num_queries(3):
        found = recent_entries(customer=customer, count_max=2)
    assert [(entry.purse, entry.amount) for entry in found] == [
        (Purse.VOICE, usd("30")),
        (Purse.SMS, usd("20")),
    ]


def test_calls_of_a_day_are_one_entry():
    customer = make_customer(credit_limit="9")
    calls = [usage(customer, str(number), "0.5") for number in range(3)]
    charge_usage(events=calls, actor="switch", now=NOON)
    top_up(customer, "20", purse=Purse.SMS)
    found = recent_entries(customer=customer, count_max=5)
    assert [(entry.memo, entry.amount, entry.count) for entry in found] == [
        ("Top-up by card", usd("20"), 1),
        ("3 calls", usd("-1.5"), 3),
    ]


def test_a_stranger_s_entries_are_not_shown():
    top_up(make_customer(), "10")
    assert recent_entries(customer=make_customer(), count_max=5) == []
