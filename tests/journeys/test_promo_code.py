"""A promo code from the panel to the balance."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from billing.models import Purse
from billing.selectors.customer_balances import customer_balances
from billing.tests.promo_builders import make_promo
from tests.accessibility import assert_accessible
from tests.customers import make_customer, usd
from tests.journeys.conftest import Visit
from tests.journeys.steps import PAYS, expect_paid, header_balance, open_panel, panel, pay

pytestmark = pytest.mark.browser


def test_a_code_is_previewed_refused_put_right_and_comes_with_the_credit(visit: Visit):
    customer = make_customer(sms_currency="USD")
    make_promo("WELCOME10", top_up_min=Decimal(50), purse=Purse.VOICE, bonus_valid_days=30)
    page = visit("/", customer)
    form = open_panel(page)
    form.get_by_label("Amount").fill("20")
    form.get_by_text("Add promo code").click()
    form.get_by_label("Promo code").fill("welcome10")
    page.keyboard.press("Enter")
    answer = form.locator("#promo-answer")
    expect(answer).to_have_text("This code needs a top-up of at least 50.00 USD.")
    expect(form.get_by_label("Promo code")).to_be_focused()

    form.get_by_label("Amount").fill("100")  # the answer follows by itself
    expect(answer).to_contain_text("Pay 100.00 USD, get 110.00 USD")
    form.get_by_label("SMS").check()
    expect(answer).to_have_text("This code is for the Voice balance.")
    expect(form.get_by_label("Promo code")).to_have_value("welcome10")
    form.get_by_label("Voice").check()
    expect(answer).to_contain_text("Pay 100.00 USD, get 110.00 USD")
    assert_accessible(page)

    form.get_by_role("button", name="Checkout").click()
    expect(page.get_by_text("You get")).to_be_visible()
    pay(page, PAYS, "100.00 USD")
    expect_paid(page)
    expect(page.get_by_text("Bonus 10.00 USD with code WELCOME10")).to_be_visible()
    expect(header_balance(page, "Voice")).to_have_text("110.00 USD")
    voice = customer_balances(customer)[0]
    assert (voice.money, voice.promo) == (usd("100.00"), usd("10.00"))


def test_without_scripts_a_code_is_applied_and_a_bad_one_is_refused_at_checkout(visit: Visit):
    make_promo("WELCOME10")
    page = visit("/topup/?purse=voice", make_customer(), java_script_enabled=False)
    page.get_by_text("Add promo code").click()
    page.get_by_label("Promo code").fill("WELCOME10")
    page.get_by_label("Amount").fill("100")
    page.get_by_role("button", name="Apply code").click()
    expect(page.locator("#promo-answer")).to_contain_text("Pay 100.00 USD, get 110.00 USD")
    page.get_by_label("Promo code").fill("WELCOME11")
    page.get_by_role("button", name="Checkout").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is not known.")
    expect(page.get_by_label("Promo code")).to_have_value("WELCOME11")
    expect(page.get_by_label("Amount")).to_have_value("100")
    expect(page).to_have_url(re.compile("/topup/"))


def test_the_panel_is_where_the_code_is(visit: Visit):
    """C6: Voice or SMS, then "Add promo code", then the payment type."""
    page = visit("/", make_customer())
    open_panel(page)
    words = panel(page).inner_text()
    assert re.search(r"Balance.*Add promo code.*Payment type", words, re.DOTALL)
