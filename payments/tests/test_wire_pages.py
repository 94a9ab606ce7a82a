"""The pages of a wire: instructions, PDF, what the customer tells, and the proof."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from billing.models import Purse
from billing.services.choose_sms_currency import choose_sms_currency
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from payments.models import Payment
from payments.models.wire import BankAccount, WireAnnouncement
from payments.services.cancel_payment import cancel_payment
from payments.states import State
from payments.tests.builders import make_customer, make_payment, usd
from payments.tests.wire_builders import a_receipt, announce, make_wire

pytestmark = pytest.mark.django_db

ALL_PAGES = ["topup-wire", "topup-wire-pdf", "topup-wire-proof"]


@pytest.fixture
def customer():
    return make_customer()


@pytest.fixture
def page(client, customer) -> Client:
    return log_in(client, customer)


@pytest.fixture
def payment(customer) -> Payment:
    return make_wire(customer=customer)


def log_in(client: Client, customer) -> Client:
    client.force_login(customer.members.get(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(payment: Payment, name: str = "topup-wire") -> str:
    return reverse(name, args=[payment.top_up.reference])


def text_of(response) -> str:
    return response.content.decode()


def told(**changes) -> dict[str, object]:
    facts = {
        "payer_name": "Ada Lovelace",
        "amount": "100.00",
        "currency": "USD",
        "sent_on": f"{utc_now():%Y-%m-%d}",
    }
    return facts | changes


# --- instructions -------------------------------------------------------------------------------


def test_checkout_by_wire_leads_to_the_instructions(page):
    make_wire(money=usd("20.00"))  # somebody else's, with the bank account
    checkout = {
        "purse": "voice",
        "method": "wire",
        "frequency": "once",
        "amount": "50",
        "request_key": "11111111-1111-4111-8111-111111111111",
    }
    response = page.post("/topup/", checkout, follow=True)
    payment = Payment.objects.latest("pk")
    assert response.redirect_chain[-1][0] == address(payment)
    assert payment.state == State.AWAITING_CUSTOMER


def test_the_instructions_say_all_that_a_bank_asks_for(page, payment, customer):
    shown = text_of(page.get(address(payment)))
    reference = f"{customer.account_number}V1"
    for said in ["100.00 USD", "CommPeak Example GmbH", "DE89 3704 0044 0532 0130 00"]:
        assert f"<code>{said}</code>" in shown
    assert 'data-copy="DE89370400440532013000"' in shown
    assert 'data-copy="100.00"' in shown
    assert f'{reference}"' in shown
    assert f"<code>{customer.account_number}</code>" in shown
    assert "data:image/svg+xml" not in shown  # a code is for euro only
    assert "What arrives is credited, more or less than you asked for." in shown


def test_euro_comes_with_a_code_to_scan(page, customer):
    choose_sms_currency(customer=customer, currency="EUR")
    payment = make_wire(customer=customer, money=Money(Decimal("20.00"), "EUR"), purse=Purse.SMS)
    assert 'src="data:image/svg+xml' in text_of(page.get(address(payment)))


def test_while_our_bank_details_are_changed_nobody_is_told_to_send_money(page, payment):
    BankAccount.objects.update(is_active=False)
    shown = text_of(page.get(address(payment)))
    assert "Our bank details are being changed." in shown
    assert "CommPeak Example GmbH" not in shown
    assert page.get(address(payment, "topup-wire-pdf")).status_code == 404


def test_what_is_over_leads_to_its_status(page, payment):
    cancel_payment(payment_id=payment.pk, now=utc_now())
    response = page.get(address(payment), follow=True)
    assert response.redirect_chain[-1][0] == payment.top_up.get_absolute_url()
    assert "If you have sent the wire all the same, nothing is lost" in text_of(response)


def test_the_customer_can_give_it_up_and_try_again(page, payment):
    page.post(address(payment, "topup-cancel"))
    payment.refresh_from_db()
    assert payment.state == State.CANCELED
    response = page.post(address(payment, "topup-pay"), follow=True)
    assert response.redirect_chain[-1][0] == address(payment)
    assert payment.top_up.payments.count() == 2


@pytest.mark.parametrize("name", ALL_PAGES)
def test_another_customers_wire_is_not_found(client, name):
    """S2"""
    payment = make_wire()
    announce(payment, proof=a_receipt())
    stranger = log_in(client, make_customer())
    assert stranger.get(address(payment, name)).status_code == 404
    assert Client().get(address(payment, name)).status_code == 302


@pytest.mark.parametrize("name", ALL_PAGES)
def test_a_card_payment_has_no_instructions(page, customer, name):
    assert page.get(address(make_payment(customer=customer), name)).status_code == 404


@pytest.mark.parametrize("name", ALL_PAGES)
def test_pages_need_few_queries_and_are_kept_by_no_cache(
    page, payment, name, django_assert_max_num_queries
):
    announce(payment, proof=a_receipt())
    with django_assert_max_num_queries(15):
        response = page.get(address(payment, name))
    assert response.status_code == 200
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


# --- the PDF ------------------------------------------------------------------------------------


def pdf_text(response) -> str:
    pages = PdfReader(io.BytesIO(response.content)).pages
    assert len(pages) == 1
    return pages[0].extract_text()


def test_the_pdf_says_the_same(page, payment, customer):
    response = page.get(address(payment, "topup-wire-pdf"))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="wire-{payment.top_up}.pdf"'
    shown = pdf_text(response)
    for said in ["100.00 USD", "CommPeak Example GmbH", "DE89 3704 0044 0532 0130 00", "Reference"]:
        assert said in shown
    assert f"write your account number: {customer.account_number}" in shown
    assert address(payment) in shown


@pytest.mark.parametrize(
    "name",
    [
        "Олена Петренко",
        "عبد الله",
        "田中 太郎",
        "Ada 💸 👩‍👩‍👧",
        "<script>alert(1)</script>",
        "ß" * 120,
    ],
)
def test_the_pdf_takes_any_name(page, payment, customer, name):
    """S6, S16"""
    customer.name = name
    customer.save()
    assert "100.00 USD" in pdf_text(page.get(address(payment, "topup-wire-pdf")))


def test_the_pdf_of_euro_has_the_code(page, customer):
    choose_sms_currency(customer=customer, currency="EUR")
    payment = make_wire(customer=customer, money=Money(Decimal("20.00"), "EUR"), purse=Purse.SMS)
    assert "Scan this" in pdf_text(page.get(address(payment, "topup-wire-pdf")))


# --- "I have sent the wire" ---------------------------------------------------------------------


def test_the_form_is_filled_in_with_what_was_asked(page, payment):
    shown = text_of(page.get(address(payment)))
    assert 'value="Ada Lovelace"' in shown
    assert 'value="100.00"' in shown
    assert f'value="{utc_now():%Y-%m-%d}"' in shown


def test_telling_it_shows_waiting_for_the_bank(page, payment):
    response = page.post(address(payment), told(amount="90"), follow=True)
    assert response.redirect_chain[-1][0] == payment.top_up.get_absolute_url()
    assert "Waiting for your bank" in text_of(response)
    said = WireAnnouncement.objects.get()
    assert (said.money, said.payer_name) == (usd("90"), "Ada Lovelace")
    shown = text_of(page.get(address(payment)))
    assert "You told us that the wire is sent: we wait for your bank." in shown
    assert 'value="90.00"' in shown
    assert "Correct what you told us" in shown


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        *(
            ("amount", a)
            for a in ("", "0", "-1", "1e400", "NaN", "1,000.00", "٥٠", "50.001", "9" * 30)
        ),
        *(("payer_name", n) for n in ("", " ", "a\x00b", "\u202eadA", "x" * 10_000, "\u200b")),
        *(("currency", c) for c in ("", "XXX", "usd", "JPY")),
        *(
            ("sent_on", d)
            for d in ("", "yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "٢٠٢٦")
        ),
    ],
)
def test_what_cannot_be_is_a_form_error_and_nothing_is_told(page, payment, field, typed):
    """M9, S16"""
    response = page.post(address(payment), told(**{field: typed}))
    assert response.status_code == 200
    assert response.context["form"].errors[field]
    assert not WireAnnouncement.objects.exists()


@pytest.mark.parametrize("days", [1, 0, -60])
def test_a_wire_of_the_last_sixty_days_or_of_tomorrow_is_taken(page, payment, days):
    day = utc_now() + timedelta(days=days)
    page.post(address(payment), told(sent_on=f"{day:%Y-%m-%d}"))
    assert WireAnnouncement.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "said"), [(2, "This day has not come yet."), (-61, "more than 60 days ago")]
)
def test_other_days_are_refused(page, payment, days, said):
    day = utc_now() + timedelta(days=days)
    response = page.post(address(payment), told(sent_on=f"{day:%Y-%m-%d}"))
    assert said in text_of(response)


@pytest.mark.parametrize(("zone", "latest"), [("Pacific/Kiritimati", 2), ("Pacific/Pago_Pago", 0)])
def test_tomorrow_is_the_customers_tomorrow(page, customer, payment, zone, latest, time_machine):
    """M3: at 11:30 in UTC it is the next day on Kiritimati; at 10:30 the day before on Samoa."""
    customer.time_zone = zone
    customer.save()
    time_machine.move_to(f"2026-03-02T{'11:30' if latest else '10:30'}:00+00:00", tick=False)
    too_late, last = (utc_now() + timedelta(days=days) for days in (latest + 1, latest))
    assert "not come yet" in text_of(page.post(address(payment), told(sent_on=f"{too_late:%F}")))
    assert page.post(address(payment), told(sent_on=f"{last:%F}")).status_code == 302


def test_fields_that_are_not_in_the_form_are_ignored(page, payment):
    """S1"""
    page.post(address(payment), told(state="succeeded", expected_on="2020-01-01", payment="1"))
    payment.refresh_from_db()
    assert payment.state == State.PROCESSING
    assert WireAnnouncement.objects.get().expected_on > utc_now().date()


def test_a_refusal_is_said_on_the_page(page, payment, monkeypatch):
    monkeypatch.setattr("payments.services.announce_wire.ANNOUNCEMENTS_PER_PAYMENT_MAX", 0)
    assert "You have changed this very often." in text_of(page.post(address(payment), told()))


TYPED = st.one_of(st.text(max_size=40), st.sampled_from(["USD", "100.00", "2026-03-02", "\x00"]))


@given(typed=st.fixed_dictionaries({}, optional=dict.fromkeys(told(), TYPED)))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_typed_is_answered(page, payment, typed):
    """S16"""
    assert page.post(address(payment), typed).status_code in {200, 302}
