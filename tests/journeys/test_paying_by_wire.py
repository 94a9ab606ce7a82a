"""A wire, from the panel until it waits for the bank."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import OutgoingEmail
from billing.tests.promo_builders import make_promo
from payments.tests.wire_builders import PDF, make_bank_account
from tests.customers import balance_of, make_customer, usd
from tests.journeys.conftest import Visit
from tests.journeys.steps import add_promo_code, open_panel
from tests.journeys.test_every_page import SCREENS, assert_for_everybody
from tests.portal import Portal
from tests.waiting import wait_until

pytestmark = pytest.mark.browser


def test_the_customer_sends_a_wire_and_tells_us(visit: Visit, portal: Portal):
    make_bank_account("USD")
    make_promo("WELCOME10")
    customer = make_customer()
    page = visit("/", customer, permissions=["clipboard-read", "clipboard-write"])
    form = open_panel(page)
    form.get_by_label("Wire transfer").check()
    form.get_by_label("Amount").fill("100")
    add_promo_code(form, "WELCOME10")
    form.get_by_role("button", name="Checkout").click()

    expect(page).to_have_url(re.compile(r"/topup/T-[0-9A-Z]{10}/wire/$"))
    page.wait_for_load_state()  # its scripts are there
    reference = re.compile(rf"^RF\d\d{customer.account_number}V1$")
    page.get_by_role("button", name="Copy Reference").click()
    wait_until(lambda: reference.match(page.evaluate("navigator.clipboard.readText()")))
    wait_until(OutgoingEmail.objects.filter(sent_at__isnull=False).exists, what="the mail is sent")
    assert "DE89 3704 0044 0532 0130 00" in portal.mail_to(customer.members.get().email)

    page.get_by_label("Total amount").fill("97.50")
    page.get_by_label("Proof of the transfer").set_input_files(
        {"name": "receipt.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="I have sent the wire").click()

    expect(page).to_have_title(re.compile("^Waiting for your bank"))
    expect(page.get_by_text("You told us that you have sent it.")).to_be_visible()
    expect(page.get_by_text("Bonus 10.00 USD with code WELCOME10")).to_be_visible()
    page.get_by_role("link", name="Dashboard").first.click()
    wires = page.get_by_role("region", name="Expected wires")
    expect(wires).to_contain_text("97.50 USD")
    assert balance_of(customer) == usd("0")


@SCREENS
def test_the_pages_of_a_wire_are_for_everybody(visit: Visit, width: int, scheme: str):
    make_bank_account("USD")
    page = visit("/topup/?purse=voice", make_customer(), width=width, color_scheme=scheme)
    page.get_by_label("Wire transfer").check()
    page.get_by_label("Amount").fill("100")
    page.get_by_role("button", name="Checkout").click()
    expect(page).to_have_title(re.compile("^Wire transfer"))
    assert_for_everybody(page)
    page.get_by_label("Total amount").fill("nothing")
    page.get_by_role("button", name="I have sent the wire").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert_for_everybody(page)
    page.get_by_label("Total amount").fill("100")
    page.get_by_role("button", name="I have sent the wire").click()
    expect(page).to_have_title(re.compile("^Waiting for your bank"))
    assert_for_everybody(page)
    page.goto("/")
    assert_for_everybody(page)
