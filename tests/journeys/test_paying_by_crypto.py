"""Paying by crypto: terms, the checkout of the sandbox, confirmations, and the story of a part."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Customer, TermsAcceptance
from accounts.selectors.current_terms import current_terms
from accounts.tests.builders import publish
from billing.tests.promo_builders import make_promo
from payments.models import TopUp
from sandbox.testing import Sandbox
from tests.accessibility import assert_accessible, assert_fits
from tests.books import assert_books_prove, captures_of
from tests.customers import balance_of, make_customer, usd
from tests.journeys.conftest import Visit
from tests.journeys.steps import add_promo_code, open_panel
from tests.portal import Portal

pytestmark = pytest.mark.browser

TEXT = "\n\n".join(f"{number}. Send only what the invoice says." for number in range(1, 60))


@pytest.fixture
def customer(portal: Portal) -> Customer:
    """Terms are there again, in a text that has to be scrolled."""
    publish("crypto", TEXT)
    return make_customer()


def assert_for_everybody(page: Page) -> None:
    page.wait_for_load_state()  # style sheets included
    assert_fits(page)
    assert_accessible(page)


def check_out(page: Page, promo_code: str = "") -> None:
    """From the panel to the terms."""
    form = open_panel(page)
    form.get_by_role("radio", name="Crypto").check()
    form.get_by_label("Amount").fill("50")
    if promo_code:
        add_promo_code(form, promo_code)
    form.get_by_role("button", name="Checkout").click()
    expect(page).to_have_url(re.compile(r"/terms/crypto/\?next="))


def read_and_agree(page: Page) -> None:
    button = page.get_by_role("button", name="Agree and continue")
    expect(button).to_be_disabled()
    page.get_by_role("region", name="Payment terms").focus()
    page.keyboard.press("End")
    expect(page.get_by_text("You have read to the end.")).to_be_visible()
    button.click()


def go_to_the_checkout(page: Page) -> str:
    """From our pay page to the gateway's; the top-up's reference."""
    expect(page.get_by_text("cannot be accepted or refunded")).to_be_visible()
    found = re.search(r"T-[0-9A-Z]{10}", page.url)
    assert found, page.url
    expect(page.get_by_role("heading", name="Checkout with BTCPay")).to_be_visible()
    page.get_by_role("button", name="Agree and continue").click()
    expect(page.get_by_role("heading", name=re.compile(r"Send 0\.\d+ BTC"))).to_be_visible()
    return found[0]


def test_from_the_terms_through_the_checkout_and_six_confirmations_to_paid(
    visit: Visit, sandbox: Sandbox, customer: Customer
):
    make_promo("WELCOME10")
    page = visit("/", customer, width=360, color_scheme="dark")
    check_out(page, "WELCOME10")
    assert_for_everybody(page)
    read_and_agree(page)
    expect(page.get_by_role("heading", name="Add Credit")).to_be_visible()
    assert_for_everybody(page)
    reference = go_to_the_checkout(page)
    page.get_by_role("button", name="Pay exactly what is due").click()
    page.get_by_role("button", name="One more confirmation").click()
    page.get_by_role("link", name="Return to the shop").click()

    expect(page.get_by_text("Waiting for confirmations").first).to_be_visible()
    expect(page.get_by_text("1 of 6 confirmations")).to_be_visible()
    assert_for_everybody(page)
    sandbox.btcpay_act(f"{reference}-1", "confirm_all")
    expect(page.locator("[data-announcer]")).to_have_text("Paid")
    expect(page.get_by_text("Bonus 5.00 USD with code WELCOME10")).to_be_visible()
    assert balance_of(customer) == usd("50.00")
    assert TermsAcceptance.objects.get().version == current_terms("crypto")


def test_too_little_is_credited_and_the_status_page_tells_the_story(
    visit: Visit, sandbox: Sandbox, customer: Customer
):
    page = visit("/", customer)
    check_out(page)
    read_and_agree(page)
    reference = go_to_the_checkout(page)
    page.get_by_role("button", name="Pay too little").click()
    page.get_by_role("link", name="Return to the shop").click()
    expect(page.get_by_text("A part has arrived.")).to_be_visible()

    sandbox.btcpay_act(f"{reference}-1", "expire")
    expect(page.get_by_text("Waiting for confirmations").first).to_be_visible()
    sandbox.btcpay_act(f"{reference}-1", "confirm_all")
    expect(page.locator("[data-announcer]")).to_have_text("Paid in part")
    expect(page.get_by_text("20.00 USD arrived.")).to_be_visible()
    assert balance_of(customer) == usd("20.00")
    assert [amount for amount, _source in captures_of(reference)] == ["20.00 USD"]
    assert_books_prove()


def test_without_scripts_the_button_stands_after_the_whole_text(visit: Visit, customer: Customer):
    page = visit("/terms/crypto/", customer, java_script_enabled=False)
    page.get_by_role("button", name="Agree and continue").click()
    expect(page.get_by_text("Agreed to on")).to_be_visible()
    assert TopUp.objects.count() == 0
