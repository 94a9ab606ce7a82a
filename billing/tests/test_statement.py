"""The statement of a balance: selector, page and file."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest

from accounts.tests.builders import make_customer as make_member
from billing.models import AccountKind, EntryKind, LedgerAccount, Purse
from billing.selectors.statement_page import statement_page
from billing.services.open_balances import open_balances
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entry import Line, post_entry
from billing.tests.builders import NOON, make_customer, revenue, spend, top_up, usd, voice_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(client):
    """Logged in, both balances empty."""
    customer = make_member(email="ada@example.com")
    open_balances(customer=customer, credit_limit=Decimal(5))
    client.force_login(customer.members.get())
    return customer


def figures(page):
    return [(f"{row.amount.amount:.2f}", f"{row.balance_after.amount:.2f}") for row in page.rows]


def test_rows_are_newest_first_each_with_the_balance_after_it():
    customer = make_customer()
    top_up(customer, "50")
    spend(customer, "12.50")
    page = statement_page(customer=customer, purse=Purse.VOICE)
    assert figures(page) == [("-12.50", "37.50"), ("50.00", "50.00")]
    assert (page.opening, page.closing, page.next_before) == (usd("0"), usd("37.5"), None)
    assert [row.kind for row in page.rows] == ["Usage", "Top-up"]


def test_pages_by_key_show_every_row_once_while_entries_arrive():
    customer = make_customer()
    for amount in range(1, 6):
        top_up(customer, str(amount))
    first = statement_page(customer=customer, purse=Purse.VOICE, size=2)
    top_up(customer, "100")
    second = statement_page(customer=customer, purse=Purse.VOICE, before=first.next_before, size=2)
    third = statement_page(customer=customer, purse=Purse.VOICE, before=second.next_before, size=2)
    assert [figures(page) for page in (first, second, third)] == [
        [("5.00", "15.00"), ("4.00", "10.00")],
        [("3.00", "6.00"), ("2.00", "3.00")],
        [("1.00", "1.00")],
    ]
    assert (second.opening, second.closing) == (usd("1"), usd("6"))
    assert third.next_before is None


def test_a_page_that_is_just_full_has_no_next_one():
    customer = make_customer()
    top_up(customer, "1"), top_up(customer, "2")
    assert statement_page(customer=customer, purse=Purse.VOICE, size=2).next_before is None


def test_promo_and_paid_money_are_one_figure():
    customer = make_customer()
    top_up(customer, "10")
    promo = LedgerAccount.objects.get(customer=customer, purse=Purse.VOICE, kind=AccountKind.PROMO)
    expense = open_internal_account(kind=AccountKind.PROMO_EXPENSE, currency="USD")
    facts = {"occurred_at": NOON, "actor": "test"}
    bonus = [Line(expense, usd("-2")), Line(promo.pk, usd("2"))]
    post_entry(source="promo:1", kind=EntryKind.PROMO, lines=bonus, **facts)
    call = [
        Line(promo.pk, usd("-2")),
        Line(voice_of(customer).pk, usd("-1")),
        Line(revenue(), usd("3")),
    ]
    post_entry(source="call:1", kind=EntryKind.USAGE, lines=call, **facts)
    page = statement_page(customer=customer, purse=Purse.VOICE)
    assert figures(page) == [("-3.00", "9.00"), ("2.00", "12.00"), ("10.00", "10.00")]
    pages = [statement_page(customer=customer, purse=Purse.VOICE, size=1)]
    while pages[-1].next_before:
        pages.append(
            statement_page(
                customer=customer, purse=Purse.VOICE, before=pages[-1].next_before, size=1
            )
        )
    assert [row for one in pages for row in one.rows] == page.rows


def test_the_other_balance_stays_out():
    customer = make_customer()
    top_up(customer, "10", purse=Purse.SMS)
    assert statement_page(customer=customer, purse=Purse.VOICE).rows == []


def test_customer_sees_the_entries_of_the_own_balance(client, customer):
    top_up(customer, "1250.50")
    top_up(make_customer(), "777")
    page = client.get("/statement/voice/")
    assert page.status_code == 200
    body = page.content.decode()
    assert "+1,250.50" in body
    assert "777.00" not in body


def test_empty_statement_says_what_will_be_here(client, customer):
    assert "No entries yet" in client.get("/statement/sms/").content.decode()


def test_stranger_is_sent_to_log_in(client):
    answer = client.get("/statement/voice/")
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/accounts/login/?next=/statement/voice/",
    )


@pytest.mark.parametrize("path", ["/statement/fax/", "/statement/voice/other/"])
def test_unknown_balance_is_404(client, customer, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("before", ["", "x", "-1", "1e9", "١٢", "9" * 400, "%00", "0"])
def test_before_that_is_no_key_breaks_nothing(client, customer, before):
    top_up(customer, "10")
    assert client.get(f"/statement/voice/?before={before}").status_code == 200


def test_statement_takes_a_fixed_number_of_queries(client, customer, django_assert_max_num_queries):
    for _ in range(55):
        top_up(customer, "1")
    with django_assert_max_num_queries(10):
        body = client.get("/statement/voice/").content.decode()
    assert body.count('class="table__amount num') == 50
    assert 'rel="next"' in body


def test_memo_cannot_become_markup(client, customer):
    post_entry(
        source="card:1",
        kind=EntryKind.TOP_UP,
        lines=[Line(revenue(), usd("-1")), Line(voice_of(customer).pk, usd("1"))],
        occurred_at=NOON,
        actor="test",
        memo="<script>alert(1)</script>",
    )
    assert b"<script>alert(1)" not in client.get("/statement/voice/").content


def read_csv(client, purse="voice"):
    answer = client.get(f"/statement/{purse}/csv/")
    return list(csv.reader(StringIO(b"".join(answer.streaming_content).decode())))


def test_file_has_all_entries_with_plain_numbers(client, customer):
    top_up(customer, "1250.5")
    entry = spend(customer, "0.000125").entry_id
    headings, latest, first = read_csv(client)
    assert headings[4:] == ["Amount", "Balance", "Currency"]
    assert latest == [
        str(entry),
        "2026-03-02 12:00:00",
        "Usage",
        "",
        "-0.000125",
        "1250.499875",
        "USD",
    ]
    assert first[4:] == ["1250.500000", "1250.500000", "USD"]


@pytest.mark.parametrize("memo", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_the_file_is_a_formula(client, customer, memo):
    """S7: text is neutralised while money stays a number."""
    post_entry(
        source="card:1",
        kind=EntryKind.TOP_UP,
        lines=[Line(revenue(), usd("1")), Line(voice_of(customer).pk, usd("-1"))],
        occurred_at=NOON + timedelta(days=1),
        actor="test",
        memo=memo,
    )
    _, row = read_csv(client)
    assert row[3] == f"'{memo}"
    assert Decimal(row[4]) == Decimal(-1)
