"""Terms before paying by crypto: read, agreed to, kept; until then no gateway hears of it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Customer, TermsAcceptance
from accounts.selectors.current_terms import current_terms
from accounts.tests.builders import agree_to, publish
from billing.models import Purse
from commpeak.lib.clock import utc_now
from payments.models import Payment
from payments.services.cancel_payment import cancel_payment
from payments.services.retry_top_up import retry_top_up
from payments.services.start_top_up import start_top_up
from payments.services.sync_payment import sync_payment
from payments.states import State
from payments.tests.builders import POLL, make_customer, sync, usd
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db
URL = "/terms/crypto/"


def log_in(customer: Customer) -> Client:
    client = Client()
    client.force_login(customer.members.get(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def check_out(client: Client) -> str:
    """50.00 on Voice by crypto; where the pay page is."""
    form = {
        "purse": "voice",
        "method": "crypto",
        "frequency": "once",
        "amount": "50",
        "request_key": str(uuid4()),
    }
    answer = client.post("/topup/", form)
    assert answer.status_code == 302
    return str(answer["Location"])


def agree(client: Client, **changes: str):
    form = {"version": str(current_terms("crypto").pk), "next": "/"} | changes
    return client.post(URL, form)


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


@pytest.fixture
def client(crypto: Sandbox) -> Client:
    return log_in(make_customer())


# --- from Checkout to paying ----------------------------------------------------------------


def test_checkout_leads_to_the_terms_and_from_there_straight_to_paying(client, crypto):
    pay_page = check_out(client)
    asked = client.get(pay_page)
    assert asked["Location"] == f"{URL}?next={pay_page.replace('/', '%2F')}"
    assert crypto.btcpay_invoices() == []

    page = client.get(asked["Location"])
    assert "Agree and continue" in text_of(page)
    assert agree(client, next=pay_page)["Location"] == pay_page
    [invoice] = crypto.btcpay_invoices()
    assert "Checkout with BTCPay" in text_of(client.get(pay_page))
    left = client.post(pay_page.replace("/pay/", "/leave/"))
    assert left["Location"] == f"{crypto.btcpay_url}/i/{invoice['id']}"


def test_who_has_agreed_is_not_asked_again(client, crypto):
    agree(client)
    pay_page = check_out(client)
    assert client.get(pay_page).status_code == 200
    assert len(crypto.btcpay_invoices()) == 1


def test_a_new_version_is_asked_for_before_the_next_top_up(client):
    agree(client)
    publish("crypto", "Other words.")
    assert client.get(check_out(client))["Location"].startswith(URL)
    assert "Other words." in text_of(client.get(URL))
    agree(client)
    assert client.get(check_out(client)).status_code == 200


def test_the_rule_and_the_networks_are_told_before_agreeing_and_before_paying(client, settings):
    settings.CRYPTO_NETWORKS_REFUSED = ["Carrier pigeon"]
    before_agreeing = text_of(client.get(URL))
    agree(client)
    before_paying = text_of(client.get(check_out(client)))
    for page in (before_agreeing, before_paying):
        assert (
            "What arrives is credited, once, at the rate of your invoice; only the fee of a "
            "further part is not." in page
        )
        assert "The bonus of a promo code comes once all that you chose has been" in page
        assert "What is sent over Carrier pigeon cannot be accepted or refunded." in page
        assert "Too little, too much, late, or in parts" in page
    assert "rate is guaranteed for 15 minutes" in before_paying


# --- until then nobody starts it ------------------------------------------------------------


def held_payment(customer: Customer | None = None) -> Payment:
    _top_up, payment = start_top_up(
        customer=customer or make_customer(),
        purse=Purse.VOICE,
        money=usd("50.00"),
        method="crypto",
        request_key=uuid4(),
        ip_address=None,
        now=utc_now(),
    )
    return payment


def test_neither_a_visit_nor_the_poll_starts_what_waits_for_the_terms(crypto):
    payment = held_payment()
    for source in Payment.events.rel.related_model.Source:
        sync_payment(payment_id=payment.pk, source=source, now=utc_now())
    payment.refresh_from_db()
    assert (payment.state, payment.gateway_id) == (State.CREATED, "")
    assert payment.next_poll_at == payment.created_at + timedelta(hours=24)
    assert crypto.btcpay_invoices() == []


def test_what_waits_for_the_terms_too_long_expires_and_can_be_tried_again(crypto):
    payment = held_payment()
    later = utc_now() + timedelta(hours=25)
    for _ in range(2):
        sync_payment(payment_id=payment.pk, source=POLL, now=later)
    payment.refresh_from_db()
    assert (payment.state, payment.next_poll_at) == (State.EXPIRED, None)
    assert payment.events.count() == 1
    again = retry_top_up(top_up_id=payment.top_up_id, ip_address=None, now=later)
    assert again.pk != payment.pk
    assert crypto.btcpay_invoices() == []


def test_what_waits_for_the_terms_is_canceled_without_asking_anyone(crypto):
    payment = held_payment()
    for _ in range(2):
        cancel_payment(payment_id=payment.pk, now=utc_now())
    payment.refresh_from_db()
    assert (payment.state, payment.events.count()) == (State.CANCELED, 1)


def test_agreeing_elsewhere_lets_the_poll_start_it(crypto):
    payment = held_payment()
    agree_to("crypto", payment.top_up.customer)
    sync(payment)
    assert payment.state == State.AWAITING_CUSTOMER
    assert len(crypto.btcpay_invoices()) == 1


def test_the_status_page_of_what_waits_leads_on_to_the_terms(client):
    pay_page = check_out(client)
    page = client.get(pay_page.removesuffix("pay/")).content.decode()
    assert pay_page in page
    assert "Waiting for your payment" in page


# --- agreeing -------------------------------------------------------------------------------


def test_agreeing_twice_keeps_one_agreement_with_its_facts(client):
    for _ in range(2):
        assert agree(client).status_code == 302
    agreement = TermsAcceptance.objects.get()
    assert agreement.ip_address == "127.0.0.1"
    assert agreement.text_hash == current_terms("crypto").text_hash


def test_a_version_published_while_reading_is_shown_instead_of_agreed_to(client):
    opened = current_terms("crypto")
    publish("crypto", "Other words.")
    page = agree(client, version=str(opened.pk))
    assert TermsAcceptance.objects.count() == 0
    assert "These terms have changed meanwhile." in text_of(page)
    assert "Other words." in text_of(page)


@pytest.mark.parametrize("version", ["", "0", "x", "\x00", "9" * 40])
def test_a_tampered_version_is_not_agreed_to(client, version):
    assert agree(client, version=version).status_code == 200
    assert TermsAcceptance.objects.count() == 0


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_s5_agreeing_never_leads_to_another_site(client, target):
    assert agree(client, next=target)["Location"] == URL


def test_terms_that_do_not_exist_are_404(client):
    for path in ("/terms/nothing/", "/terms/nothing/copy/"):
        assert client.get(path).status_code == 404


def test_the_copy_is_there_once_agreed_and_is_the_customers_own(client):
    assert client.get(f"{URL}copy/").status_code == 404
    agree(client)
    copy = client.get(f"{URL}copy/")
    assert copy["Content-Disposition"] == 'attachment; filename="terms-crypto-version-1.txt"'
    assert current_terms("crypto").text_hash in copy.content.decode()
    assert "Download a copy" in text_of(client.get(URL))
    assert log_in(make_customer()).get(f"{URL}copy/").status_code == 404


def test_each_version_agreed_to_can_still_be_downloaded_once_another_one_holds(client):
    agree(client)
    publish("crypto", "Other words.")
    first = client.get(f"{URL}copy/?version=1")
    assert 'filename="terms-crypto-version-1.txt"' in first["Content-Disposition"]
    assert client.get(f"{URL}copy/").content == first.content  # the newest that was agreed to
    agree(client)
    second = client.get(f"{URL}copy/")
    assert 'filename="terms-crypto-version-2.txt"' in second["Content-Disposition"]
    assert client.get(f"{URL}copy/?version=1").content == first.content
    profile = client.get("/profile/").content.decode()
    for number in (1, 2):
        assert f'href="{URL}copy/?version={number}"' in profile


@pytest.mark.parametrize("version", ["", "0", "2", "x", "\x00", "9" * 40])
def test_s2_a_copy_is_of_what_this_customer_agreed_to_and_of_nothing_else(client, version):
    agree(client)
    stranger = log_in(make_customer())
    assert stranger.get(f"{URL}copy/", {"version": "1"}).status_code == 404
    assert "Terms you agreed to" not in text_of(stranger.get("/profile/"))
    publish("crypto", "Other words.")
    assert client.get(f"{URL}copy/", {"version": version}).status_code == 404


def test_s6_the_text_of_terms_is_shown_as_text(client):
    publish("crypto", "<script>alert(1)</script>")
    assert b"<script>alert(1)" not in client.get(URL).content
