"""From sign-up to credit, with nothing but a browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.steps import (
    ASKS_FOR_3DS,
    answer_bank,
    expect_paid,
    header_balance,
    open_panel,
    pay,
)
from tests.portal import Portal
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.heart]

EMAIL = "ada@example.com"


def sign_up(page: Page, portal: Portal) -> None:
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign up", exact=True).click()
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
    wait_until(lambda: portal.mail_to(EMAIL), what="the code was mailed")
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", portal.mail_to(EMAIL), re.MULTILINE)
    assert code
    page.get_by_label("Code").fill(code[1])
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()


def fill_in_german_address(page: Page) -> None:
    """First as if from the US: the labels follow the country, once the page's scripts are there."""
    page.wait_for_load_state()
    page.get_by_label("First and last name").fill("Ada Lovelace")
    page.get_by_label("Country").select_option(label="United States")
    expect(page.get_by_label("ZIP code")).to_be_visible()
    expect(page.get_by_label("State")).to_be_visible()
    page.get_by_label("Country").select_option(label="Germany")
    expect(page.get_by_label("State")).to_be_hidden()
    page.get_by_label("Street address").fill("Torstraße 1")
    page.get_by_label("Postal code").fill("10119")
    page.get_by_label("City").fill("Berlin")
    page.get_by_role("button", name="Save").click()


def test_from_sign_up_through_3_d_secure_to_the_statement(visit: Visit, portal: Portal):
    page = visit("/accounts/signup/")
    sign_up(page, portal)
    open_panel(page).get_by_role("link", name="Complete your address").click()
    fill_in_german_address(page)

    expect(page.get_by_role("heading", name="Add credit")).to_be_visible()
    page.get_by_label("Amount").fill("50")
    page.get_by_role("button", name="Checkout").click()
    pay(page, ASKS_FOR_3DS)
    answer_bank(page, "Complete authentication")

    expect_paid(page)
    expect(header_balance(page, "Voice")).to_have_text("50.00 USD")
    page.get_by_role("link", name="See it on the statement").click()
    expect(page).to_have_url(f"{portal.url}/statement/voice/")
    expect(page.get_by_role("row", name=re.compile(r"Top-up.*50\.00"))).to_have_count(1)
