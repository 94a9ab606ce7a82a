"""The customer's way to PayPal and back, and what the pages say on it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import OutgoingEmail
from commpeak.lib.clock import utc_now
from payments.decline_texts import decline_text
from payments.gateways.paypal.gateway import DECLINES
from payments.models import Decline, TopUp
from payments.models.payer import PayerCheck
from payments.services.cancel_payment import cancel_payment
from payments.services.sync_payment import sync_payment
from payments.states import State
from payments.tests.builders import POLL, make_customer, make_payment, make_started_payment, sync
from payments.tests.paypal import (
    STRANGER,
    agree,
    code_in_mail,
    log_in,
    make_held_payment,
    make_paypal_payment,
    wrong_code,
)
from payments.tests.test_top_up_pages import form
from sandbox.faults import FaultKind

pytestmark = pytest.mark.django_db


def address(name: str, payment) -> str:
    return reverse(f"topup-{name}", args=[payment.top_up.reference])


def text_of(response) -> str:
    return response.content.decode()


# --- Checkout with PayPal -------------------------------------------------------------------


def test_checkout_leads_to_the_page_that_says_what_is_agreed_to(paypal):
    payment = make_payment(method="paypal")
    page = log_in(payment)
    checked_out = page.post("/topup/", form("50", method="paypal"))
    shown = text_of(page.get(checked_out.url))
    assert TopUp.objects.latest("pk").method == "paypal"
    assert "Checkout with PayPal" in shown
    assert "you agree to pay 50.00 USD with PayPal, once" in shown
    assert 'data-busy-text="One moment…">Agree and continue</button>' in shown
    assert paypal.paypal_url not in shown  # the address is asked for when it is needed


def test_agree_and_continue_leads_to_paypal(paypal):
    payment = make_paypal_payment()
    response = log_in(payment).post(address("leave", payment))
    assert response.status_code == 303
    assert response.url == f"{paypal.paypal_url}/checkoutnow?token={payment.gateway_id}"


def test_a_second_click_leads_to_the_same_page_and_makes_no_other_order(paypal):
    payment = make_payment(method="paypal")  # whose start was lost, or never made
    page = log_in(payment)
    urls = {page.post(address("leave", payment)).url for _click in range(2)}
    assert len(urls) == 1
    assert len(paypal.paypal_orders()) == 1


@pytest.mark.parametrize("state", ["agreed", "paid", "canceled", "held", "in review"])
def test_what_is_paid_or_over_in_another_tab_leads_to_the_status_page(paypal, state):
    payment = make_paypal_payment()
    if state == "canceled":
        cancel_payment(payment_id=payment.pk, now=utc_now())
    else:
        agree(paypal, payment, STRANGER if state == "held" else "")
    if state == "in review":
        paypal.set_fault(FaultKind.WRONG_AMOUNT, match=payment.gateway_id, amount=100)
    if state != "agreed":
        sync(payment)
    response = log_in(payment).post(address("leave", payment))
    assert response.url == payment.top_up.get_absolute_url()


def test_a_silent_paypal_keeps_the_customer_here_with_the_way_to_try_again(paypal, settings):
    payment = make_paypal_payment()
    settings.PAYPAL_API_BASE = "http://127.0.0.1:1"
    page = log_in(payment)
    response = page.post(address("leave", payment), follow=True)
    assert "The payment provider cannot be reached right now." in text_of(response)


def test_a_payment_by_card_has_nowhere_to_leave_for(card):
    payment, _secret = make_started_payment()
    assert log_in(payment).post(address("leave", payment)).url == address("pay", payment)


def test_leaving_is_posted(paypal):
    """S3"""
    payment = make_paypal_payment()
    assert log_in(payment).get(address("leave", payment)).status_code == 405


def test_paypal_is_not_offered_without_its_keys(settings):
    settings.PAYPAL_MERCHANT_ID = ""
    payment = make_payment()
    assert "PayPal" not in text_of(log_in(payment).get("/topup/"))


# --- coming back ----------------------------------------------------------------------------


def test_the_return_captures_and_shows_paid(paypal):
    payment = make_paypal_payment()
    agree(paypal, payment)
    response = log_in(payment).get(address("return", payment), follow=True)
    assert response.context["progress"].headline == "Paid"


def test_b5_a_forged_return_captures_nothing(paypal):
    payment = make_paypal_payment()
    way_back = address("return", payment) + f"?token={payment.gateway_id}&PayerID=X"
    response = log_in(payment).get(way_back, follow=True)
    assert response.context["progress"].headline == "Waiting for you at PayPal"


def test_refused_means_are_told_in_paypals_words_and_lead_back_with_the_same_amount(paypal):
    payment = make_paypal_payment()
    agree(paypal, payment)
    paypal.set_fault(FaultKind.DECLINED, match=payment.gateway_id)
    page = log_in(payment)
    shown = text_of(page.get(address("return", payment), follow=True))
    assert "PayPal could not use the way to pay that you chose there." in shown
    assert "you agree to pay 50.00 USD with PayPal" in shown
    told = text_of(page.get(payment.top_up.get_absolute_url()))
    assert "PayPal could not use the way to pay that you chose there." in told

    back = page.post(address("leave", payment))
    assert back.url == f"{paypal.paypal_url}/checkoutnow?token={payment.gateway_id}"
    agree(paypal, payment)
    assert page.get(address("return", payment), follow=True).context["progress"].is_paid
    assert payment.declines.count() == 1


@pytest.mark.parametrize("code", sorted(DECLINES))
def test_no_refusal_of_paypals_speaks_of_cards_or_banks(code):
    decline = Decline(kind=DECLINES[code], code=code.lower())
    text = decline_text(decline)
    said = f"{text.what} {text.next}".lower()
    assert "paypal" in said
    assert "card" not in said
    assert "bank" not in said


def test_a_pending_capture_says_why_and_when(paypal):
    payment = make_paypal_payment()
    agree(paypal, payment)
    paypal.set_fault(FaultKind.PROCESSING, match=payment.gateway_id, code="ECHECK")
    sync(payment)
    shown = text_of(log_in(payment).get(payment.top_up.get_absolute_url()))
    assert "PayPal waits until your bank has sent the money." in shown
    assert "Expected by" in shown


# --- Fix payment issue ----------------------------------------------------------------------


def test_a_held_payment_shows_what_to_do_everywhere(paypal):
    payment = make_held_payment(paypal)
    page = log_in(payment)
    status = text_of(page.get(payment.top_up.get_absolute_url()))
    assert "Waiting for your code" in status
    assert f"Enter the code that we sent to {STRANGER}" in status
    for shown in (status, text_of(page.get("/"))):
        assert f'href="{address("payer", payment)}">Fix payment issue</a>' in shown


def test_the_issue_stands_under_its_balance_only(paypal):
    customer = make_customer(sms_currency="USD")
    payment = make_held_payment(paypal, customer=customer, purse="sms")
    shown = text_of(log_in(payment).get("/"))
    voice, sms = shown.index('id="balance-voice"'), shown.index('id="balance-sms"')
    assert shown.count("Fix payment issue") == 1
    assert shown.index("Fix payment issue") > max(voice, sms)


def test_the_right_code_pays_at_once(paypal):
    payment = make_held_payment(paypal)
    code = code_in_mail()
    typed = f" {code[:3]} {code[3:]}"
    response = log_in(payment).post(address("payer", payment), {"code": typed}, follow=True)
    assert response.redirect_chain == [(payment.top_up.get_absolute_url(), 302)]
    assert response.context["progress"].headline == "Paid"


def test_a_wrong_code_says_how_many_tries_are_left(paypal):
    payment = make_held_payment(paypal)
    response = log_in(payment).post(address("payer", payment), {"code": wrong_code()})
    assert "This is not the code. You have 4 more tries." in text_of(response)


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12345\x00", "1" * 400, "½23456"]
)
def test_what_can_be_no_code_is_no_try(paypal, typed):
    """M9, S16"""
    payment = make_held_payment(paypal)
    response = log_in(payment).post(address("payer", payment), {"code": typed})
    assert response.context["form"].errors["code"]
    assert PayerCheck.objects.get().tries == 0


def test_the_fifth_wrong_code_ends_it_in_words_and_the_customer_can_try_again(paypal):
    payment = make_held_payment(paypal)
    page = log_in(payment)
    for _guess in range(5):
        response = page.post(address("payer", payment), {"code": wrong_code()}, follow=True)
    shown = text_of(response)
    assert "Not confirmed, nothing was charged" in shown
    assert "The code was entered wrongly 5 times." in shown
    assert "Fix payment issue" not in shown
    again = page.post(address("pay", payment))
    assert "Checkout with PayPal" in text_of(again)


def test_a_code_that_came_too_late_is_told_in_words(paypal):
    payment = make_held_payment(paypal)
    late = utc_now() + timedelta(hours=2, minutes=31)
    sync_payment(payment_id=payment.pk, source=POLL, now=late)
    shown = text_of(log_in(payment).get(payment.top_up.get_absolute_url()))
    assert "Not confirmed, nothing was charged" in shown
    assert f"The code that we sent to {STRANGER} was not entered in time." in shown


def test_an_expired_check_is_settled_by_looking_at_it(paypal):
    payment = make_held_payment(paypal)
    PayerCheck.objects.update(expires_at=utc_now())
    response = log_in(payment).get(address("payer", payment), follow=True)
    assert response.context["progress"].headline == "Not confirmed, nothing was charged"


def test_a_held_payment_that_was_given_up_says_so(paypal):
    payment = make_held_payment(paypal)
    page = log_in(payment)
    response = page.post(address("cancel", payment), follow=True)
    assert response.context["progress"].headline == "Canceled, nothing was charged"
    page.post(address("payer", payment), {"code": code_in_mail()})
    payment.refresh_from_db()
    assert payment.state == State.CANCELED
    assert paypal.paypal_order(payment.gateway_id)["capture_statuses"] == []


def test_a_new_code_is_sent_after_a_minute(paypal):
    payment = make_held_payment(paypal)
    page = log_in(payment)
    refused = page.post(address("payer-resend", payment), follow=True)
    assert "Please wait a minute" in text_of(refused)
    PayerCheck.objects.update(sent_at=utc_now() - timedelta(minutes=1))
    sent = page.post(address("payer-resend", payment), follow=True)
    assert f"A new code is on its way to {STRANGER}." in text_of(sent)
    assert OutgoingEmail.objects.count() == 2


def test_no_code_is_asked_for_what_is_not_held(paypal):
    payment = make_paypal_payment()
    response = log_in(payment).get(address("payer", payment))
    assert response.url == payment.top_up.get_absolute_url()


@pytest.mark.parametrize("name", ["leave", "payer", "payer-resend"])
def test_s2_another_customers_payment_is_not_found(paypal, name):
    payment = make_held_payment(paypal)
    stranger = log_in(make_paypal_payment())
    assert stranger.post(address(name, payment), {"code": code_in_mail()}).status_code == 404
    assert Client().post(address(name, payment)).status_code == 302
    assert PayerCheck.objects.get().confirmed_at is None


@pytest.mark.parametrize("name", ["status", "payer"])
def test_pages_of_a_held_payment_need_few_queries(paypal, name, django_assert_max_num_queries):
    payment = make_held_payment(paypal)
    page = log_in(payment)
    with django_assert_max_num_queries(15):
        assert page.get(address(name, payment)).status_code == 200
