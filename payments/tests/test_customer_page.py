"""The customer on one screen, for support."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import Customer, CustomerNote, OutgoingEmail
from accounts.services.queue_email import queue_email
from accounts.tests.builders import make_user
from commpeak.lib.clock import utc_now
from payments.models.refill import AutoRefillRule, RefillNote
from payments.refill_reasons import Reason
from payments.selectors.support.customer_page import SECTIONS, customer_page
from payments.states import FactKind
from payments.tests.builders import NOON, make_customer, make_payment, observed, usd
from payments.tests.receipt_builders import credit, make_receipt
from payments.tests.refund_builders import ask, make_paid_payment, prove
from payments.tests.wire_builders import announce, make_wire

pytestmark = pytest.mark.django_db
QUERIES_MAX = 20


@pytest.fixture
def support(client):
    """Sees what every section shows and may write notes; nothing else."""
    user = make_user(email="support@example.com", is_staff=True)
    names = ["view_customer", "add_customernote", "change_customer"]
    names += [section.permission.partition(".")[2] for section in SECTIONS]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    return client


def address(customer: Customer, page: str = "change") -> str:
    return reverse(f"admin:accounts_customer_{page}", args=[customer.pk])


def text_of(client, customer: Customer) -> str:
    answer = client.get(address(customer))
    assert answer.status_code == 200
    return answer.content.decode()


def make_rule(customer: Customer) -> AutoRefillRule:
    """Written as it stands in the database; no card, no gateway."""
    balance = customer.ledger_accounts.get(purse="voice", kind="balance").balance
    rule = AutoRefillRule.objects.create(
        customer=customer, purse="voice", balance=balance, currency="USD", deposit=50,
        threshold=20, refills_per_day_max=3, state=AutoRefillRule.State.PAUSED,
        paused_reason=Reason.DECLINED_THRICE, consent_text="agreed", consent_at=NOON,
    )  # fmt: skip
    RefillNote.objects.create(rule=rule, code=Reason.FAILED, facts={"amount": "50"}, at=NOON)
    return rule


def make_busy_customer() -> Customer:
    """Something in every section."""
    customer = make_customer(name="Ada Lovelace", sms_currency="USD")
    for _ in range(3):
        make_payment(customer=customer)
    ask(make_paid_payment(customer=customer))
    disputed = make_paid_payment(customer=customer)
    prove(disputed, observed(FactKind.DISPUTE, "dp_1", usd("100.00")), answer_by=NOON)
    announce(make_wire(customer=customer), sent_on=utc_now().date() - timedelta(days=20))
    credit(make_receipt(usd("30.00")), make_wire(customer=customer, money=usd("30.00")).top_up)
    make_rule(customer)
    CustomerNote.objects.create(customer=customer, author=make_user(), text="Called twice.\nAngry.")
    return customer


def test_one_screen_answers_what_customers_call_about(support):
    customer = make_busy_customer()
    page = text_of(support, customer)
    for said in (
        customer.account_number,
        "Ada Lovelace",
        "Torstraße 1, 10119 Berlin, Germany",
        "100.00",  # two payments of 100.00 came, one of them is disputed
        "At most 5,000.00 USD is possible for one top-up.",
        "Called twice.<br>Angry.",
        "ADA LOVELACE",  # the payer of a wire that was credited
        "Paused",
        "The payment of 50.00 USD was not made.",
        "Requested",
        "Disputed, answer by Mar 2, 2026, 12:00",
        "100.00 USD received for your Voice balance",
        customer.members.get().email,
    ):
        assert said in page, said


def test_the_page_needs_few_queries(support, django_assert_max_num_queries):
    """Also for somebody who is no superuser, whose permissions are two more."""
    customer = make_busy_customer()
    with django_assert_max_num_queries(QUERIES_MAX):
        support.get(address(customer))


def test_each_section_leads_to_the_full_list_of_this_customer(support):
    customer = make_busy_customer()
    lists = [
        link.url
        for section in customer_page(
            customer=customer, reader=make_user(is_superuser=True), now=utc_now()
        ).sections
        for link in section.links
    ]
    assert len(lists) == 9
    support.force_login(make_user(is_superuser=True))
    page = text_of(support, customer)
    for url in lists:
        assert url in page
        assert url.endswith(f"?q={customer.account_number}")
        assert support.get(url).status_code == 200


def test_a_section_is_shown_to_those_only_who_may_see_its_list(client):
    """S10"""
    customer = make_busy_customer()
    user = make_user(email="clerk@example.com", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_customer"))
    client.force_login(user)
    page = text_of(client, customer)
    assert "Available" in page
    for hidden in ("Called twice.", "T-", "Add the note", "received for your Voice balance"):
        assert hidden not in page


def test_without_the_right_to_see_customers_there_is_no_page(client):
    """S10"""
    customer = make_customer()
    client.force_login(make_user(is_staff=True))
    assert client.get(address(customer)).status_code == 403
    assert client.post(address(customer, "note"), {"text": "x"}).status_code == 403


def test_a_customer_of_a_minute_has_a_page_without_rows(support):
    page = text_of(support, make_customer(address_complete=False))
    for nothing in ("No notes yet.", "Nothing was topped up yet.", "No wire is expected."):
        assert nothing in page
    assert "None: its currency is not chosen, or not offered." in page


@pytest.mark.parametrize("odd_id", ["0", "x", "99999999999999999999"])
def test_nobody_s_page_is_not_found(support, odd_id):
    assert support.get(f"/admin/accounts/customer/{odd_id}/change/").status_code == 404
    assert support.post(f"/admin/accounts/customer/{odd_id}/note/").status_code == 404


def test_a_mailed_code_is_not_shown_to_staff(support):
    """S15: whoever reads it proves a mailbox that is not theirs."""
    customer = make_customer()
    queue_email(
        key="address-code:1:1", to="boss@example.com", template="address_code",
        context={"code": "123456", "customer": customer, "category": "payments"},
        now=utc_now(), customer=customer,
    )  # fmt: skip
    mail = OutgoingEmail.objects.get()
    staff = make_user(email="root@example.com", is_superuser=True)
    support.force_login(staff)
    shown = [
        text_of(support, customer),
        support.get(reverse("admin:accounts_outgoingemail_changelist")).content.decode(),
        support.get(
            reverse("admin:accounts_outgoingemail_change", args=[mail.pk])
        ).content.decode(),
    ]
    for page in shown:
        assert "Your code is ••••••" in page
        assert "123456" not in page


# --- notes ----------------------------------------------------------------------------------


def test_a_note_is_kept_with_its_author(support):
    customer = make_customer()
    answer = support.post(address(customer, "note"), {"text": "  Called about\r\na wire. "})
    assert answer["Location"] == address(customer)
    note = CustomerNote.objects.get()
    assert (note.author.email, note.text) == ("support@example.com", "Called about\na wire.")


def test_a_double_click_is_one_note(support):
    customer = make_customer()
    for text in ("first", "first", "second", "first"):
        support.post(address(customer, "note"), {"text": text})
    assert list(CustomerNote.objects.order_by("pk").values_list("text", flat=True)) == [
        "first",
        "second",
        "first",
    ]


@pytest.mark.parametrize("odd", ["", "  ", "\x00", "a\x00b", "\u202e0001", "x" * 2001])
def test_a_note_that_says_nothing_or_misleads_is_refused(support, odd):
    """S16"""
    customer = make_customer()
    answer = support.post(address(customer, "note"), {"text": odd})
    assert answer.status_code == 200
    assert not CustomerNote.objects.exists()


def test_markup_in_a_note_is_shown_as_text(support):
    """S6"""
    customer = make_customer()
    support.post(address(customer, "note"), {"text": "<script>alert(1)</script> 💸"})
    page = text_of(support, customer)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 💸" in page


def test_who_may_read_notes_only_adds_none(client):
    """S10"""
    customer = make_customer()
    user = make_user(is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_customer", "view_customernote"])
    )
    client.force_login(user)
    assert "Add the note" not in text_of(client, customer)
    assert client.post(address(customer, "note"), {"text": "x"}).status_code == 403
    assert not CustomerNote.objects.exists()


@pytest.mark.parametrize(
    "sql", ["UPDATE accounts_customernote SET text = 'x'", "DELETE FROM accounts_customernote"]
)
def test_the_database_keeps_notes_as_they_are(sql):
    CustomerNote.objects.create(customer=make_customer(), author=make_user(), text="as it was")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert CustomerNote.objects.get().text == "as it was"


def test_a_note_may_be_filled_in_beforehand(support):
    page = support.get(address(make_customer()), {"note": "Looks for 49.90 of May 3"})
    assert "Looks for 49.90 of May 3</textarea>" in page.content.decode()


def test_name_and_address_are_edited_one_click_further(support):
    customer = make_customer()
    assert address(customer, "edit") in text_of(support, customer)
    assert 'name="company_name"' in support.get(address(customer, "edit")).content.decode()
