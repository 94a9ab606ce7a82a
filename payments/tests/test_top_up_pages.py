"""The customer's way from the panel to the status page, with good and bad input."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.tests.builders import make_user
from billing.models import Purse
from payments.models import Payment, TopUp
from payments.states import State
from payments.tests.builders import (
    balance_of,
    entries_of,
    make_customer,
    make_payment,
    make_started_payment,
    sync,
    usd,
)

pytestmark = pytest.mark.django_db


def log_in(client: Client, customer) -> Client:
    client.force_login(customer.members.get(), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def customer():
    return make_customer()


@pytest.fixture
def page(client, customer):
    return log_in(client, customer)


def form(amount="50", **changes) -> dict[str, str]:
    return {
        "purse": "voice",
        "method": "card",
        "frequency": "once",
        "amount": amount,
        "request_key": str(uuid4()),
    } | changes


def text_of(response) -> str:
    return response.content.decode()


def test_checkout_leads_to_the_card_page(page, card):
    response = page.post("/topup/", form("50"))
    top_up = TopUp.objects.get()
    assert response.url == f"/topup/{top_up.reference}/pay/"
    assert top_up.money == usd("50")
    pay_page = text_of(page.get(response.url))
    assert "Pay 50.00 USD" in pay_page
    assert f'src="{card.base_url}/stripe.js"' in pay_page


def test_checkout_in_the_panel_leaves_the_panel(page, card):
    response = page.post("/topup/", form("50"), headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == f"/topup/{TopUp.objects.get().reference}/pay/"


@pytest.mark.parametrize(
    "amount",
    [
        *("", "0", "0.00", "-1", "1e400", "1e2", "NaN", "Infinity", "1,000.00", "٥٠", "50.001"),
        *("1000000000000", "9" * 400, "50\x00", "0x10", "5 0", "+50", "½", "50.", ".5", "9.99"),
    ],
)
def test_an_amount_that_cannot_be_paid_is_a_form_error(page, amount):
    """M9"""
    response = page.post("/topup/", form(amount))
    assert response.status_code in {200, 422}
    assert response.context["form"].errors["amount"]
    assert not TopUp.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"purse": "gold"},
        {"purse": ""},
        {"method": "cheque"},
        {"frequency": "daily"},
        {"request_key": "x"},
        {"request_key": ""},
    ],
)
def test_an_edited_form_is_refused_or_put_right(page, changes):
    """S1"""
    response = page.post("/topup/", form() | changes)
    assert response.status_code in {200, 422}
    assert not TopUp.objects.exists()


def test_fields_that_are_not_in_the_form_are_ignored(page, card, customer):
    """S1, M11: price, state and customer come from the server."""
    other = make_customer()
    page.post("/topup/", form("50", state="succeeded", customer=other.pk, currency="EUR"))
    payment = Payment.objects.get()
    assert payment.state == State.AWAITING_CUSTOMER
    assert (payment.top_up.customer, payment.currency) == (customer, "USD")


def test_a_top_up_that_is_given_up_frees_its_room_and_cannot_be_charged(page, card, customer):
    payment, secret = make_started_payment(customer=customer, money=usd("400.00"))
    response = page.post(f"/topup/{payment.top_up.reference}/cancel/", follow=True)
    assert "Canceled, nothing was charged" in text_of(response)
    assert "error" in card.pay(secret)
    assert "to 500.00 USD" in text_of(page.get("/topup/"))


def test_giving_up_what_was_just_paid_credits_it(page, card, customer):
    payment, secret = make_started_payment(customer=customer)
    card.pay(secret)
    page.post(f"/topup/{payment.top_up.reference}/cancel/")
    assert balance_of(customer) == usd("50.00")


def test_giving_up_is_not_done_while_the_gateway_is_silent(page, card, customer, settings):
    payment, _secret = make_started_payment(customer=customer)
    settings.STRIPE_API_BASE = "http://127.0.0.1:1"
    response = page.post(f"/topup/{payment.top_up.reference}/cancel/", follow=True)
    assert "The payment provider cannot be reached." in text_of(response)
    payment.refresh_from_db()
    assert payment.state == State.AWAITING_CUSTOMER


def test_giving_up_what_never_reached_the_gateway_finds_it_first(page, card, customer):
    payment = make_payment(customer=customer)
    for _click in range(2):
        page.post(f"/topup/{payment.top_up.reference}/cancel/")
    payment.refresh_from_db()
    assert payment.state == State.CANCELED
    assert [remote["status"] for remote in card.payments()] == ["canceled"]


def test_the_panel_offers_what_is_possible_now(page, card):
    assert "From 10.00 USD to 500.00 USD" in text_of(page.get("/topup/"))
    page.post("/topup/", form("400"))
    offered = text_of(page.get("/topup/"))
    assert "From 10.00 USD to 100.00 USD" in offered
    page.post("/topup/", form("95"))
    assert "At most 5.00 USD is possible for a new customer" in text_of(page.get("/topup/"))


def test_the_panel_says_when_nothing_more_is_possible(page, card):
    page.post("/topup/", form("500"))
    assert "Nothing more is possible right now for a new customer" in text_of(page.get("/topup/"))


def test_a_refusal_keeps_what_was_typed(page):
    response = page.post("/topup/", form("9.99"))
    assert "The smallest top-up is 10.00 USD." in text_of(response)
    assert 'value="9.99"' in text_of(response)


def test_an_incomplete_address_comes_first(client):
    page = log_in(client, make_customer(address_complete=False))
    response = page.get("/topup/?purse=voice")
    assert response.context["step"] == "address"
    assert response.context["missing"]
    page.post("/topup/", form())
    assert not TopUp.objects.exists()


def test_sms_asks_for_its_currency_first_and_once(page, customer):
    assert page.get("/topup/?purse=sms").context["step"] == "currency"
    response = page.post("/topup/sms-currency/", {"currency": "EUR"})
    assert response.url == "/topup/?purse=sms"
    assert page.get("/topup/?purse=sms").context["step"] == "form"
    page.post("/topup/sms-currency/", {"currency": "GBP"})
    customer.refresh_from_db()
    assert customer.sms_currency == "EUR"


def test_sms_is_paid_in_its_own_currency(page, card, customer):
    page.post("/topup/sms-currency/", {"currency": "EUR"})
    page.post("/topup/", form("20", purse="sms"))
    payment = Payment.objects.get()
    assert (payment.amount, payment.currency) == (Decimal(20), "EUR")
    card.pay(sync(payment).next_step.client_secret)
    sync(payment)
    assert balance_of(customer, Purse.SMS).amount == Decimal(20)


def test_a_second_click_on_checkout_is_the_same_top_up(page, card):
    data = form("50")
    assert page.post("/topup/", data).url == page.post("/topup/", data).url
    assert len(card.payments()) == 1


def test_a_silent_gateway_at_checkout_offers_to_try_again(page, card, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:1"
    address = page.post("/topup/", form("50")).url
    assert "Try again" in text_of(page.get(address))
    assert Payment.objects.get().state == State.CREATED
    settings.STRIPE_API_BASE = card.base_url
    assert "Pay 50.00 USD" in text_of(page.post(address))
    assert len(card.payments()) == 1


def test_looking_at_the_card_page_starts_nothing(page, card, customer):
    """S3"""
    payment = make_payment(customer=customer)
    page.get(reverse("topup-pay", args=[payment.top_up.reference]))
    assert card.payments() == []


def test_a_forged_success_return_pays_nothing(page, card, customer):
    """B5"""
    payment, _secret = make_started_payment(customer=customer)
    address = reverse("topup-return", args=[payment.top_up.reference])
    response = page.get(address + "?redirect_status=succeeded&status=ok", follow=True)
    assert "Waiting for your card" in text_of(response)
    assert entries_of(payment) == []


def test_the_return_of_a_paid_customer_shows_paid(page, card, customer):
    payment, secret = make_started_payment(customer=customer)
    card.pay(secret)
    address = reverse("topup-return", args=[payment.top_up.reference])
    response = page.get(address, follow=True)
    assert response.redirect_chain[-1][0] == payment.top_up.get_absolute_url()
    assert response.context["progress"].headline == "Paid"


def test_a_declined_customer_comes_back_to_the_card_page_with_the_reason(page, card, customer):
    payment, secret = make_started_payment(customer=customer)
    card.pay(secret, "4000000000009995")
    address = reverse("topup-return", args=[payment.top_up.reference])
    response = page.get(address, follow=True)
    assert "not enough money on this card" in text_of(response)
    assert "Pay 50.00 USD" in text_of(response)


def test_a_lost_card_is_not_called_lost(page, card, customer):
    """Stripe: do not tell the payer that a card was reported lost or stolen."""
    payment, secret = make_started_payment(customer=customer)
    card.pay(secret, "4000000000009987")
    address = reverse("topup-return", args=[payment.top_up.reference])
    shown = text_of(page.get(address, follow=True))
    assert "Your bank declined this card." in shown
    assert "lost" not in shown


def test_the_status_page_looks_again_until_it_is_final(page, card, customer):
    payment, secret = make_started_payment(customer=customer)
    address = payment.top_up.get_absolute_url()
    assert 'hx-trigger="every 2s"' in text_of(page.get(address))
    card.pay(secret)
    assert "Waiting for your card" in text_of(page.get(address))  # not paid before the ledger
    sync(payment)
    fragment = text_of(page.get(address, headers={"HX-Request": "true"}))
    assert "hx-trigger" not in fragment
    assert "Paid with Visa 4242" in fragment
    assert "50.00" in fragment


def test_money_in_review_is_told_in_words(page, card, customer):
    payment, secret = make_started_payment(customer=customer, money=usd("100.00"))
    card.pay(secret)
    card.set_fault("wrong_amount", match=payment.gateway_id, amount=100)
    sync(payment)
    shown = text_of(page.get(payment.top_up.get_absolute_url()))
    assert "We are checking this payment" in shown
    assert "Paid with" not in shown


@pytest.mark.parametrize("name", ["topup-status", "topup-pay", "topup-return", "topup-cancel"])
def test_another_customers_top_up_is_not_found(client, card, name):
    """S2"""
    payment, _secret = make_started_payment()
    address = reverse(name, args=[payment.top_up.reference])
    stranger = log_in(client, make_customer())
    visit = "post" if name == "topup-cancel" else "get"
    assert getattr(stranger, visit)(address).status_code == 404
    assert getattr(Client(), visit)(address).status_code == 302


@pytest.mark.parametrize("reference", ["T-0000000000", "T-x", "T-%00", "T-" + "A" * 5000])
def test_a_reference_that_is_none_is_not_found(page, reference):
    assert page.get(f"/topup/{reference}/").status_code == 404


@pytest.mark.parametrize("address", ["/", "/topup/", "/topup/?purse=sms", "STATUS", "PAY"])
def test_the_number_of_queries_is_small(
    page, card, customer, address, django_assert_max_num_queries
):
    payment, secret = make_started_payment(customer=customer)
    if address == "STATUS":
        card.pay(secret)
        sync(payment)
        address = payment.top_up.get_absolute_url()
    elif address == "PAY":
        address = reverse("topup-pay", args=[payment.top_up.reference])
    with django_assert_max_num_queries(15):
        assert page.get(address).status_code == 200


def test_staff_without_a_customer_are_sent_to_the_admin(client):
    client.force_login(make_user(is_staff=True))
    assert client.get("/").url == "/admin/"
