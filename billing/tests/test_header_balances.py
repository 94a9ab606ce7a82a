"""The header shows what the ledger says, and asks it only when it must."""

import pytest
from django.test import RequestFactory

from billing.context_processors import header_balances
from billing.tests.builders import make_customer, top_up, usd

pytestmark = pytest.mark.django_db


def request_of(customer):
    request = RequestFactory().get("/")
    request.customer = customer
    return request


def test_a_customer_s_header_shows_voice_then_sms_with_one_query(django_assert_num_queries):
    customer = make_customer()
    top_up(customer, "184.22")
    with django_assert_num_queries(1):
        shown = list(header_balances(request_of(customer))["header_balances"])
    assert [(balance.purse.label, balance.total) for balance in shown] == [
        ("Voice", usd("184.22")),
        ("SMS", usd("0")),
    ]


def test_a_page_that_does_not_show_the_header_asks_nothing(django_assert_num_queries):
    request = request_of(make_customer())
    with django_assert_num_queries(0):
        assert "header_balances" in header_balances(request)


def test_a_stranger_s_header_is_empty_without_a_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert list(header_balances(request_of(None))["header_balances"]) == []
