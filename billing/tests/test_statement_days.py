"""A statement on which the calls of a day are one row, and each of them can be looked at."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.tests.builders import make_customer as make_member
from billing.models import Purse
from billing.selectors import entry_runs as module
from billing.selectors.statement_days import statement_days
from billing.selectors.statement_page import statement_page
from billing.services.charge_usage import charge_usage
from billing.services.open_balances import open_balances
from billing.tests.builders import NOON, make_customer, top_up, usage
from billing.tests.promo_builders import give_bonus

pytestmark = pytest.mark.django_db


def charge(customer, *amounts, at=NOON, name="c", **changes):
    batch = [
        usage(customer, f"{name}-{number}", amount, occurred_at=at, **changes)
        for number, amount in enumerate(amounts)
    ]
    charge_usage(events=batch, actor="switch", now=at)


def rows(customer, **how):
    page = statement_days(customer=customer, purse=Purse.VOICE, **how)
    return [
        (row.kind, row.memo, f"{row.amount.amount:.2f}", f"{row.balance_after.amount:.2f}")
        for row in page.rows
    ]


@pytest.fixture
def customer():
    customer = make_customer()
    top_up(customer, "10")
    return customer


def test_calls_of_a_day_are_one_row_with_the_balance_after_the_last(customer):
    charge(customer, "1", "0.25", "0.5")
    assert rows(customer) == [
        ("Usage", "3 calls", "-1.75", "8.25"),
        ("Top-up", "Top-up by card", "10.00", "10.00"),
    ]


def test_single_call_says_what_it_was(customer):
    charge(customer, "1")
    assert rows(customer)[0] == ("Usage", "Call to +44 20 7946 0001", "-1.00", "9.00")


def test_other_entries_stay_apart_and_in_their_place(customer):
    charge(customer, "1", "1", name="a")
    top_up(customer, "5")
    charge(customer, "2", "2", name="b")
    assert [row[1:] for row in rows(customer)] == [
        ("2 calls", "-4.00", "9.00"),
        ("Top-up by card", "5.00", "13.00"),
        ("2 calls", "-2.00", "8.00"),
        ("Top-up by card", "10.00", "10.00"),
    ]


def test_days_are_those_of_the_customer(customer):
    charge(customer, "1", name="a", at=NOON)
    charge(customer, "1", name="b", at=NOON + timedelta(hours=11))
    assert len(rows(customer)) == 2
    with timezone.override(ZoneInfo("Europe/Kyiv")):
        assert len(rows(customer)) == 3


def test_messages_are_called_messages(customer):
    top_up(customer, "10", purse=Purse.SMS)
    charge(customer, "1", "1", purse=Purse.SMS)
    page = statement_days(customer=customer, purse=Purse.SMS)
    assert page.rows[0].memo == "2 messages"


@pytest.fixture
def busy(customer):
    """Promo credit that runs out within a batch, and days between top-ups."""
    give_bonus(customer, "2.50")
    for day in range(6):
        charge(customer, *["0.3"] * 4, at=NOON + timedelta(days=day), name=f"d{day}")
        if day % 2:
            top_up(customer, "1")
    return customer


def pages(read, customer, size):
    found = [read(customer=customer, purse=Purse.VOICE, size=size)]
    while found[-1].next_before is not None:
        before = found[-1].next_before
        found.append(read(customer=customer, purse=Purse.VOICE, before=before, size=size))
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 50])
@pytest.mark.parametrize("read", [statement_days, statement_page])
def test_pages_join_without_a_gap(busy, read, size):
    """Each page begins with the balance that the newer one ended with, down to nothing."""
    found = pages(read, busy, size)
    for newer, older in pairwise(found):
        assert newer.opening == older.closing
    assert found[-1].opening.amount == 0
    assert sum(row.count for page in found for row in page.rows) == 24 + 5
    assert sum(row.amount.amount for page in found for row in page.rows) == Decimal("8.3")


@pytest.mark.parametrize("most", [3, 7])
def test_busy_day_goes_on_on_the_next_page(busy, monkeypatch, most):
    monkeypatch.setattr(module, "POSTINGS_MAX", most)
    found = pages(statement_days, busy, 50)
    assert sum(row.count for page in found for row in page.rows) == 24 + 5
    for newer, older in pairwise(found):
        assert newer.opening == older.closing


def test_page_leads_from_a_day_to_its_calls_and_back(client):
    customer = make_member(email="ada@example.com")
    open_balances(customer=customer, credit_limit=Decimal(5))
    charge(customer, "1", "0.5")
    client.force_login(customer.members.get())
    row = statement_days(customer=customer, purse=Purse.VOICE).rows[0]
    link = f"/statement/voice/?each=1&amp;before={row.before_to_show_each}"
    assert link in client.get("/statement/voice/").content.decode()
    body = client.get(link.replace("&amp;", "&")).content.decode()
    assert body.count("Call to +44 20 7946 0001") == 2
    assert 'href="/statement/voice/"' in body


def test_days_take_four_queries(busy, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        rows(busy)
