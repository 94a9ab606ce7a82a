"""Opening a customer, and what the database then refuses to change."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection

from accounts.models import Customer
from accounts.services.open_customer import open_customer
from accounts.tests.builders import make_customer, make_user
from commpeak.lib.ids import is_account_number

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_a_new_customer_has_a_valid_account_number_and_one_member():
    user = make_user(email="ada@example.com")
    customer = open_customer(user=user, currency="EUR", now=NOW, time_zone="Europe/Kyiv")
    assert is_account_number(customer.account_number)
    assert (customer.currency, customer.sms_currency) == ("EUR", "")
    assert (customer.time_zone, customer.created_at) == ("Europe/Kyiv", NOW)
    assert [member.email for member in customer.members.all()] == ["ada@example.com"]


def test_opening_twice_returns_the_first_customer_and_writes_nothing():
    user = make_user()
    first = open_customer(user=user, currency="USD", now=NOW)
    second = open_customer(user=user, currency="EUR", now=NOW)
    assert second == first
    assert second.currency == "USD"
    assert Customer.objects.count() == 1


def test_a_taken_account_number_is_drawn_again(monkeypatch):
    taken = make_customer().account_number
    free = "10000008"
    draws = iter([taken, taken, free])
    monkeypatch.setattr("accounts.services.open_customer.new_account_number", lambda: next(draws))
    assert make_customer().account_number == free


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("account_number = '10000008'", "account_number_never_changes"),
        ("currency = 'EUR'", "account_currency_never_changes"),
        ("sms_currency = 'EUR'", "sms_currency_is_chosen_once"),
        ("sms_currency = ''", "sms_currency_is_chosen_once"),
    ],
)
def test_the_database_refuses_to_change_who_a_customer_is(change, rule):
    customer = make_customer(sms_currency="GBP")
    with pytest.raises(IntegrityError, match=rule), connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_customer SET {change} WHERE id = %s", [customer.pk])


def test_the_sms_currency_can_be_chosen_while_there_is_none():
    customer = make_customer()
    Customer.objects.filter(pk=customer.pk).update(sms_currency="EUR")
    customer.refresh_from_db()
    assert customer.sms_currency == "EUR"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("kind = 'robot'", "customer_is_a_person_or_a_company"),
        ("sms_currency = 'eur'", "sms_currency_is_three_capital_letters_or_not_chosen"),
    ],
)
def test_the_database_refuses_a_customer_that_makes_no_sense(change, rule):
    customer = make_customer()
    with pytest.raises(IntegrityError, match=rule), connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_customer SET {change} WHERE id = %s", [customer.pk])
