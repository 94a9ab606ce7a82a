"""A promo code in the Add credit panel, on the pay page and on the status page."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from billing.models import PromoCode, PromoGuess, PromoRedemption, Purse
from billing.services.check_promo_guesses import PER_CUSTOMER_MAX
from billing.tests.promo_builders import make_promo
from commpeak.lib.clock import utc_now
from payments.models import TopUp
from payments.services.cancel_payment import cancel_payment
from payments.services.retry_top_up import retry_top_up
from payments.tests.builders import client_secret_of, make_customer, sync, usd
from payments.tests.test_promo_settle import held
from payments.tests.test_top_up_pages import form, log_in, text_of

pytestmark = pytest.mark.django_db

PREVIEW = "Pay 100.00 USD, get 110.00 USD"
UNKNOWN = "This code is not known."


@pytest.fixture
def customer():
    return make_customer(sms_currency="USD")


@pytest.fixture
def page(client, customer):
    return log_in(client, customer)


@pytest.fixture
def ten():
    return make_promo()


def typed(amount="100", code="ten", **changes):
    return form(amount, promo_code=code, **changes)


def words_of(response):
    """What is read: without tags and line breaks."""
    return " ".join(re.sub("<[^>]+>", " ", text_of(response)).split())


def test_the_panel_asks_for_a_code_between_balance_and_payment_type(page):
    """Article, step 3 (C6)"""
    response = page.get("/topup/?purse=voice")
    assert re.search("Balance.*Add promo code.*Payment type.*How often", words_of(response))
    assert '<details class="why">' in text_of(response)


def test_applying_shows_what_is_paid_and_what_is_got_and_keeps_what_was_typed(page, ten):
    text = text_of(page.post("/topup/", typed(apply="1")))
    assert PREVIEW in text
    assert "The bonus comes once all of this has arrived: less than that brings none." in text
    assert '<details class="why" open>' in text
    assert 'value="100"' in text
    assert 'value="ten"' in text
    assert not TopUp.objects.exists()


def test_a_link_may_bring_the_code_along(page, ten):
    assert PREVIEW in text_of(page.get("/topup/?purse=voice&amount=100&promo_code=TEN"))


def test_choosing_another_balance_keeps_the_code_and_judges_it_again(page):
    make_promo(purse=Purse.SMS)
    there = {"amount": "100", "method": "card", "promo_code": "TEN"}
    voice = text_of(page.get("/topup/", there | {"purse": "voice"}))
    assert "This code is for the SMS balance." in voice
    assert 'value="TEN"' in voice
    assert PREVIEW in text_of(page.get("/topup/", there | {"purse": "sms"}))


@pytest.mark.parametrize("amount", ["", "abc", "0"])
def test_without_an_amount_the_terms_are_told(page, amount):
    make_promo(bonus_max=Decimal(25), top_up_min=Decimal(20))
    text = text_of(page.post("/topup/", typed(amount, apply="1")))
    assert "10% bonus, at most 25.00 USD, on a top-up of at least 20.00 USD" in text
    assert "Please correct this first" not in text


def test_a_fixed_bonus_that_expires_says_so(page):
    make_promo(fixed=Decimal(5), bonus_valid_days=30)
    text = text_of(page.post("/topup/", typed(apply="1")))
    assert "Pay 100.00 USD, get 105.00 USD" in text
    assert "expires after 30 days" in text


def test_a_refusal_is_said_beside_the_field(page):
    make_promo(top_up_min=Decimal(50))
    text = text_of(page.post("/topup/", typed("49.99", apply="1")))
    assert "This code needs a top-up of at least 50.00 USD." in text
    assert 'hx-trigger="input from:#id_amount' in text  # another amount may change it


def test_an_unknown_code_is_not_asked_for_again_by_itself(page):
    """Each time counts as a guess."""
    text = text_of(page.post("/topup/", typed(code="NOPE", apply="1")))
    assert UNKNOWN in text
    assert 'hx-trigger="input from:#id_amount' not in text
    assert PromoGuess.objects.count() == 1


def test_apply_without_a_code_is_checkout(page, card):
    """Without scripts Enter presses the first button."""
    assert page.post("/topup/", typed(code="", apply="1")).status_code == 302


def test_checkout_applies_a_code_that_was_typed_only(page, card, customer, ten):
    response = page.post("/topup/", typed())
    top_up = TopUp.objects.get()
    pay_page = words_of(page.get(response.url))
    assert "Bonus with code TEN 10.00 USD You pay 100.00 USD You get 110.00 USD" in pay_page
    assert PromoRedemption.objects.get(source=top_up.reference).state == "reserved"


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_checkout_with_a_bad_code_says_why_and_keeps_everything(page, card, htmx):
    """M12: expired at submit."""
    make_promo(ends_at=utc_now() - timedelta(seconds=1))
    response = page.post("/topup/", typed(), headers=htmx)
    text = text_of(response)
    assert response.context["form"].errors["promo_code"][0].startswith("This code ended on")
    assert '<a href="#id_promo_code">This code ended on' in text
    assert 'value="100"' in text
    assert 'value="ten"' in text
    assert '<details class="why" open>' in text
    assert not TopUp.objects.exists()


def test_checkout_with_a_mistake_elsewhere_keeps_the_preview_of_the_code(page, ten):
    text = text_of(page.post("/topup/", typed(method="gold")))
    assert PREVIEW in text
    assert not TopUp.objects.exists()


@pytest.mark.parametrize(
    "code", ["NOPE", "x" * 41, "TE\x00N", "' OR 1=1 --", "<script>alert(1)</script>", "٥٠"]
)
def test_a_code_that_is_none_is_a_form_error(page, ten, code):
    """S6, S16"""
    for changes in ({}, {"apply": "1"}):
        response = page.post("/topup/", typed(code=code, **changes))
        assert response.status_code == 200
        assert "<script>alert" not in text_of(response)
    assert page.get("/topup/", {"promo_code": code}).status_code == 200
    assert not TopUp.objects.exists()


def test_guessing_is_stopped_and_paying_without_a_code_goes_on(page, card, ten):
    """S9"""
    for number in range(PER_CUSTOMER_MAX):
        page.post("/topup/", typed(code=f"GUESS{number}", **({"apply": "1"} if number % 2 else {})))
    assert "Too many codes" in text_of(page.post("/topup/", typed(apply="1")))
    assert "Too many codes" in text_of(page.post("/topup/", typed()))
    assert page.post("/topup/", typed(code="")).status_code == 302


def test_the_status_page_tells_of_the_bonus(page, card, customer):
    promo = make_promo(bonus_valid_days=30)
    page.post("/topup/", typed())
    top_up = TopUp.objects.get()
    waiting = text_of(page.get(top_up.get_absolute_url()))
    assert "Bonus 10.00 USD with code TEN" in waiting
    assert "Together with the credit" in waiting
    payment = top_up.payments.get()
    card.pay(client_secret_of(payment))
    sync(payment)
    paid = text_of(page.get(top_up.get_absolute_url()))
    assert "Valid until" in paid
    assert held(customer) == ("100.00", "10.00")
    promo.refresh_from_db()
    assert promo.uses_count == 1
    assert "Bonus in it, spent first" in text_of(page.get("/"))


def test_giving_the_top_up_up_frees_the_code(page, card, customer):
    promo = make_promo(uses_per_customer_max=1)
    page.post("/topup/", typed())
    top_up = TopUp.objects.get()
    assert "is kept for your top-up" in text_of(page.post("/topup/", typed(apply="1")))
    cancel_payment(payment_id=top_up.payments.get().pk, now=utc_now())
    promo.refresh_from_db()
    assert promo.uses_count == 0
    text = text_of(page.get(top_up.get_absolute_url()))
    assert "Kept for you if you try again" in text
    retry_top_up(top_up_id=top_up.pk, ip_address=None, now=utc_now())
    assert PromoCode.objects.get().uses_count == 1


def test_another_try_without_the_code_says_so_before_it_is_paid(page, card, customer):
    promo = make_promo()
    page.post("/topup/", typed())
    top_up = TopUp.objects.get()
    cancel_payment(payment_id=top_up.payments.get().pk, now=utc_now())
    PromoCode.objects.filter(pk=promo.pk).update(is_active=False)
    text = text_of(page.post(f"/topup/{top_up.reference}/pay/"))
    assert "this payment brings no bonus" in text
    assert "Pay 100.00 USD" in text


def test_a_stranger_sees_nothing_of_it(page, card, ten):
    """S2"""
    page.post("/topup/", typed())
    other = log_in(Client(), make_customer())
    assert other.get(TopUp.objects.get().get_absolute_url()).status_code == 404


def test_the_pages_ask_the_database_few_questions(page, card, ten, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        page.post("/topup/", typed(apply="1"))
    page.post("/topup/", typed())
    with django_assert_max_num_queries(15):
        page.get(TopUp.objects.get().get_absolute_url())
    assert TopUp.objects.get().money == usd("100")
