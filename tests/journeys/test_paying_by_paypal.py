"""Paying by PayPal: review and agree, PayPal's page, back, and who is asked for a code."""

import re

import pytest
from playwright.sync_api import expect

from billing.tests.promo_builders import make_promo
from sandbox.testing import Sandbox
from tests.customers import balance_of, make_customer, usd, user_of
from tests.journeys.conftest import Visit
from tests.journeys.steps import (
    agree_at_paypal,
    check_out,
    expect_paid,
    go_to_paypal,
    header_balance,
    reference_of,
)
from tests.portal import Portal
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.heart]


def test_a_member_pays_with_paypal_and_a_promo_code(visit: Visit, sandbox: Sandbox):
    customer = make_customer()
    make_promo("WELCOME10")
    page = visit("/", customer)
    check_out(page, "50", method="PayPal", promo_code="WELCOME10")
    expect(page.get_by_text("you agree to pay 50.00 USD with PayPal, once")).to_be_visible()
    reference = reference_of(page)
    go_to_paypal(page)
    agree_at_paypal(page, user_of(customer).email)

    expect_paid(page)
    expect(header_balance(page, "Voice")).to_have_text("55.00 USD")
    assert balance_of(customer) == usd("50.00")
    assert sandbox.paypal_order(reference)["capture_statuses"] == ["COMPLETED"]


def test_a_foreign_payer_is_confirmed_by_the_code_that_was_mailed(
    visit: Visit, portal: Portal, sandbox: Sandbox
):
    """Without scripts too: the payer's page, the code and the status are plain pages."""
    customer = make_customer()
    payer = f"boss-{customer.account_number}@example.org"  # nobody else's mail is read
    page = visit("/topup/", customer, java_script_enabled=False)
    page.get_by_role("radio", name="PayPal").check()
    page.get_by_label("Amount").fill("50")
    page.get_by_role("button", name="Checkout").click()
    reference = reference_of(page)
    go_to_paypal(page)
    agree_at_paypal(page, payer)
    expect(page).to_have_title(re.compile("^Waiting for your code"))
    assert sandbox.paypal_order(reference)["capture_statuses"] == []

    page.goto("/")
    page.get_by_role("link", name="Fix payment issue").click()
    wait_until(lambda: portal.mail_to(payer), what="the code was mailed")
    found = re.search(r"^ +(\d{6})$", portal.mail_to(payer), re.MULTILINE)
    assert found
    page.get_by_label("Code").fill(found[1])
    page.get_by_role("button", name="Confirm").click()
    expect_paid(page)
    assert balance_of(customer) == usd("50.00")
