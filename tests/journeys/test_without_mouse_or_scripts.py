"""The same portal by keyboard alone, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.customers import balance_of, make_customer, usd
from tests.journeys.conftest import Visit
from tests.journeys.steps import card_fields, expect_paid, open_panel, panel

pytestmark = pytest.mark.browser

TABS_MAX = 30


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until `target` has the focus."""
    for _ in range(TABS_MAX):
        if target.evaluate("element => element === element.ownerDocument.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{TABS_MAX} times Tab did not lead to {target}")


def test_escape_closes_the_panel_and_the_focus_is_on_the_plus_again(visit: Visit):
    page = visit("/", make_customer())
    plus = page.get_by_role("link", name="Add credit to SMS")
    tab_to(page, plus)
    page.keyboard.press("Enter")
    expect(panel(page).get_by_role("heading", name="Add credit")).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(plus).to_be_focused()


def test_a_mistake_in_the_panel_moves_the_focus_to_the_summary_and_keeps_what_was_typed(
    visit: Visit,
):
    page = visit("/", make_customer())
    form = open_panel(page)
    tab_to(page, form.get_by_label("Amount"))
    page.keyboard.type("1,000.00")
    page.keyboard.press("Enter")
    expect(form.locator("[data-error-summary]")).to_be_focused()
    expect(form.get_by_label("Amount")).to_have_value("1,000.00")


def test_credit_is_added_by_keyboard_alone(visit: Visit):
    customer = make_customer()
    page = visit("/", customer)
    tab_to(page, page.get_by_role("link", name="Add credit to Voice"))
    page.keyboard.press("Enter")
    expect(panel(page).get_by_role("heading", name="Add credit")).to_be_focused()
    tab_to(page, panel(page).get_by_label("Amount"))
    page.keyboard.type("50")
    tab_to(page, panel(page).get_by_role("button", name="Checkout"))
    page.keyboard.press("Enter")

    expect(card_fields(page).get_by_label("Card number")).to_be_visible()
    tab_to(page, card_fields(page).get_by_label("Card number"))
    page.keyboard.type("4242424242424242")
    page.keyboard.press("Tab")
    page.keyboard.type("1234")
    page.keyboard.press("Tab")
    page.keyboard.type("123")
    tab_to(page, page.get_by_role("button", name="Pay 50.00 USD"))
    page.keyboard.press("Enter")
    expect_paid(page)
    assert balance_of(customer) == usd("50.00")


def test_without_scripts_everything_but_the_card_fields_works(visit: Visit):
    page = visit("/", make_customer(), java_script_enabled=False)
    page.get_by_role("link", name="Add credit to Voice").click()
    expect(page.get_by_role("radio", name="Voice")).to_be_checked()
    page.get_by_label("Amount").fill("0")
    page.get_by_role("button", name="Checkout").click()
    expect(page.get_by_role("alert")).to_contain_text("The amount must be more than 0.")
    expect(page.get_by_label("Amount")).to_have_value("0")

    page.get_by_label("Amount").fill("50")
    page.get_by_role("button", name="Checkout").click()
    expect(page).to_have_url(re.compile(r"/topup/T-[0-9A-Z]{10}/pay/$"))
    # in its source: this way to turn scripts off does not make Chromium show it
    assert "The card fields need JavaScript" in page.locator("noscript").inner_html()
    page.get_by_role("link", name="Top-up", exact=True).click()
    expect(page.get_by_role("link", name="Continue to payment")).to_be_visible()


def test_without_scripts_the_address_form_follows_the_country_by_its_button(visit: Visit):
    customer = make_customer(address_complete=False)
    page = visit("/topup/", customer, java_script_enabled=False)
    page.get_by_role("link", name="Complete your address").click()
    page.get_by_label("First and last name").fill("Ada Lovelace")
    page.get_by_label("Country").select_option(label="United States")
    page.get_by_role("button", name="Change country").click()
    expect(page.get_by_label("ZIP code")).to_be_visible()
    expect(page.get_by_label("First and last name")).to_have_value("Ada Lovelace")
