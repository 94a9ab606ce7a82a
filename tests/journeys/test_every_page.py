"""Every page for everybody: readable light and dark, on a phone, for a reader, and light."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.models import Customer
from accounts.tests.builders import publish
from payments.refill_links import pause_link
from tests.accessibility import assert_accessible, assert_fits
from tests.customers import give_refills, make_customer
from tests.journeys.conftest import Visit
from tests.journeys.steps import (
    PAYS,
    agree_at_paypal,
    check_out,
    expect_paid,
    go_to_paypal,
    open_panel,
    pay,
    reference_of,
)

pytestmark = pytest.mark.browser

PAGE_BYTES_MAX = 120_000
FOR_STRANGERS = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
FOR_CUSTOMERS = [
    "/",
    "/topup/?purse=voice",
    "/topup/?purse=sms",
    "/statement/voice/",
    "/statement/sms/",
    "/methods/",
    "/find-payment/?q=49.90+3+May",
    "/refunds/",
    "/profile/",
    "/profile/time-zone/",
    "/profile/address/",
    "/profile/notifications/",
    "/notifications/",
    "/terms/crypto/",
    "/profile/refill/",
    "/profile/refill/voice/new/",
    "/profile/cards/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/sessions/",
]
# what the browser has received from us: the document and all that it loaded, but not what the
# page asks for again and again while it waits
WEIGHT = """() => [...performance.getEntriesByType("navigation"),
                   ...performance.getEntriesByType("resource")]
    .filter((entry) => entry.name.startsWith(location.origin))
    .filter((entry) => entry.initiatorType !== "xmlhttprequest")
    .reduce((sum, entry) => sum + entry.decodedBodySize, 0)"""
SCREENS = pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])


def assert_for_everybody(page: Page) -> None:
    page.wait_for_load_state()  # style sheets included
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert_fits(page)
    assert_accessible(page)
    assert 0 < page.evaluate(WEIGHT) < PAGE_BYTES_MAX, page.url


@SCREENS
def test_pages_for_strangers(visit: Visit, width: int, scheme: str):
    page = visit(FOR_STRANGERS[0], width=width, color_scheme=scheme)
    for path in FOR_STRANGERS:
        page.goto(path)
        assert_for_everybody(page)


@SCREENS
def test_pages_of_a_customer(visit: Visit, sandbox_settings: None, width: int, scheme: str):
    publish("crypto")
    customer = make_customer()
    page = visit("/", customer, width=width, color_scheme=scheme)
    for path in [*FOR_CUSTOMERS, *refill_pages(customer)]:
        page.goto(path)
        assert_for_everybody(page)
    page.goto("/profile/refill/voice/change/")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change automatic refill")
    assert_for_everybody(page)


def refill_pages(customer: Customer) -> list[str]:
    """Those that there are with rules, cards and a history; the review is a step further."""
    setup = give_refills(customer)
    rule = customer.refill_rules.earliest("pk")
    return [
        "/profile/refill/voice/",
        "/profile/refill/voice/change/",
        f"/profile/cards/add/{setup.pk}/",
        pause_link(rule_id=rule.pk).removeprefix(settings.SITE_URL),
    ]


@SCREENS
def test_pages_of_a_top_up_on_its_way(visit: Visit, width: int, scheme: str):
    page = visit("/", make_customer(), width=width, color_scheme=scheme)
    open_panel(page)
    assert_fits(page)
    assert_accessible(page)
    page.keyboard.press("Escape")

    check_out(page, "50")
    assert_for_everybody(page)
    page.goto(f"/topup/{reference_of(page)}/")
    assert_for_everybody(page)
    page.get_by_role("link", name="Continue to payment").click()
    pay(page, PAYS)
    expect_paid(page)
    assert_for_everybody(page)


@SCREENS
def test_pages_of_a_payment_by_paypal(visit: Visit, width: int, scheme: str):
    page = visit("/", make_customer(), width=width, color_scheme=scheme)
    check_out(page, "50", method="PayPal")
    assert_for_everybody(page)
    go_to_paypal(page)
    agree_at_paypal(page, "boss@example.org")
    expect(page.get_by_role("link", name="Fix payment issue")).to_be_visible()
    assert_for_everybody(page)
    page.goto("/")
    assert_for_everybody(page)
    page.get_by_role("link", name="Fix payment issue").click()
    page.get_by_label("Code").fill("1")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("The code has six digits.")
    assert_for_everybody(page)
