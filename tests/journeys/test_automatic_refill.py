"""Automatic refill from the panel to the cancellation, and a card that asks every time."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Customer
from accounts.tests.builders import PASSWORD
from billing.tests.builders import spend, top_up
from payments.models.refill import AutoRefillRule
from payments.tests.refill_builders import daytime_zone
from tests.customers import balance_of, give_real_password, make_customer, usd, user_of
from tests.journeys.conftest import Visit
from tests.journeys.steps import answer_bank, expect_paid, fill_card, open_panel
from tests.portal import Portal
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.heart]

PAYS = "4242 4242 4242 4242"
ALWAYS_ASKS = "4000 0027 6000 3184"
LINK = re.compile(r"https?://\S+/(?:refill/pause|topup)/\S+/")


def give_password(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def fill_numbers(page: Page, deposit: str, threshold: str, per_day_max: str) -> None:
    page.get_by_label("Deposit amount").fill(deposit)
    page.get_by_label("Threshold", exact=True).fill(threshold)
    page.get_by_label("Maximum payments per day").fill(per_day_max)
    page.get_by_role("button", name="Continue").click()


def turn_on(page: Page, number: str) -> None:
    """From any page through the panel to a saved card."""
    panel = open_panel(page)
    panel.get_by_label("Automatic credit refill").check()
    expect(panel.get_by_label("Amount")).to_be_hidden()
    panel.get_by_role("button", name="Checkout").click()
    fill_numbers(page, "50", "20", "3")
    expect(page.get_by_text("It can never take more than 150.00 USD a day.")).to_be_visible()
    page.get_by_role("button", name="Turn on automatic refill").click()
    give_password(page)
    expect(page.get_by_role("heading", name="Save a card")).to_be_visible()
    fill_card(page, number)
    page.get_by_role("button", name="Save card").click()


def link_in_mail(portal: Portal, customer: Customer) -> str:
    text = portal.mail_to(user_of(customer).email)
    links = LINK.findall(text)
    return links[-1] if links else ""


def voice(page: Page):
    return page.locator("section", has=page.get_by_role("heading", name="Voice"))


@pytest.fixture
def customer() -> Customer:
    customer = make_customer(time_zone=daytime_zone())
    give_real_password(customer)
    top_up(customer, "30")
    return customer


def test_from_the_panel_over_a_charge_and_a_pause_to_the_end(
    portal: Portal, visit: Visit, customer: Customer
):
    page = visit("/", customer)
    turn_on(page, PAYS)
    expect(page).to_have_url(re.compile("/profile/refill/$"))
    today = f"0 of 3 used today, resets 00:00 {customer.time_zone}"
    expect(voice(page).get_by_text(today)).to_be_visible()

    spend(customer, "12.50")
    wait_until(lambda: balance_of(customer) == usd("67.50"), what="the refill")
    page.reload()
    expect(voice(page).get_by_text("1 of 3 used today")).to_be_visible()
    sentence = "The balance was 17.50 USD, under your threshold of 20.00 USD: charging 50.00 USD"
    expect(voice(page).get_by_text(sentence)).to_be_visible()

    wait_until(lambda: "/refill/pause/" in link_in_mail(portal, customer), what="the receipt")
    stranger = visit(link_in_mail(portal, customer).removeprefix(portal.url))
    stranger.get_by_role("button", name="Pause").click()
    expect(stranger.get_by_role("heading", name="Automatic refill is paused")).to_be_visible()

    page.reload()
    expect(voice(page).get_by_text("You paused it by the link in an e-mail.").first).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Automatic refill of Voice goes on.")).to_be_visible()

    page.get_by_role("link", name="Change Voice").click()
    fill_numbers(page, "60", "25", "2")
    page.get_by_role("button", name="Agree and save").click()
    expect(voice(page).get_by_text("60.00 USD").first).to_be_visible()
    expect(voice(page).get_by_text("never more than 120.00 USD a day").first).to_be_visible()

    page.get_by_role("button", name="Cancel automatic refill").click()
    expect(voice(page).get_by_text("Nothing is charged automatically for Voice.")).to_be_visible()
    assert AutoRefillRule.objects.get().state == "disabled"


def test_a_card_that_always_asks_waits_for_its_owner(
    portal: Portal, visit: Visit, customer: Customer
):
    """B8: the mail leads to the payment's page; confirming it there completes the charge once."""
    page = visit("/", customer)
    turn_on(page, ALWAYS_ASKS)
    answer_bank(page, "Complete authentication")
    expect(page).to_have_url(re.compile("/profile/refill/$"))

    spend(customer, "20")
    wait_until(lambda: "/topup/" in link_in_mail(portal, customer), what="the mail with the link")
    page.reload()
    expect(voice(page).get_by_text("Waiting for your confirmation")).to_be_visible()
    page.goto(link_in_mail(portal, customer))
    page.get_by_role("button", name="Confirm 50.00 USD with Visa 3184").click()
    answer_bank(page, "Complete authentication")
    expect_paid(page)
    assert balance_of(customer) == usd("60.00")
    page.goto("/profile/refill/")
    expect(voice(page).get_by_text("1 of 3 used today")).to_be_visible()
    assert AutoRefillRule.objects.get().state == "active"
