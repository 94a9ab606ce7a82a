"""The dashboard's list of what last happened."""

import pytest

from billing.models import Purse
from billing.selectors.recent_entries import recent_entries
from billing.tests.builders import make_customer, top_up, usd

pytestmark = pytest.mark.django_db


def test_the_newest_entries_of_both_balances_come_first(django_assert_num_queries):
    customer = make_customer()
    top_up(customer, "10")
    top_up(customer, "20", purse=Purse.SMS)
    top_up(customer, "30")
    with django_assert_num_queries(1):
        found = recent_entries(customer=customer, count_max=2)
    assert [(entry.purse, entry.amount) for entry in found] == [
        (Purse.VOICE, usd("30")),
        (Purse.SMS, usd("20")),
    ]


def test_a_stranger_s_entries_are_not_shown():
    top_up(make_customer(), "10")
    assert recent_entries(customer=make_customer(), count_max=5) == []
