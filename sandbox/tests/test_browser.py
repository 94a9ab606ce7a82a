"""The browser library on a merchant's page with a strict content security policy."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
import stripe
from playwright.sync_api import Browser, FrameLocator, Page, expect

from sandbox.testing import Sandbox
from sandbox.tests.conftest import make_intent
from tests.browser import ACTION_MILLISECONDS_MAX
from tests.http_server import serving

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><title>Shop</title>
<script src="{sandbox}/stripe.js"></script><script type="module" src="/shop.js"></script>
<div id="card"></div><button id="pay">Pay</button><p id="told" role="status"></p></html>"""
SCRIPT = """
const [secret, theme] = location.hash.slice(1).split(",");
const stripe = Stripe("{key}");
const elements = stripe.elements({{ clientSecret: secret, appearance: {{ theme }}, locale: "en" }});
const told = document.querySelector("#told");
const element = elements.create("payment");
element.on("ready", () => {{ document.body.dataset.ready = "yes"; }});
element.on("change", (event) => {{ document.body.dataset.complete = event.complete; }});
element.mount("#card");
document.querySelector("#pay").addEventListener("click", async () => {{
  told.textContent = "";
  const {{ error }} = await stripe.confirmPayment({{
    elements, confirmParams: {{ return_url: location.origin + "/return?kept=1" }},
  }});
  told.textContent = `${{error.code}}|${{error.decline_code ?? ""}}|${{error.message}}`;
}});
"""


@pytest.fixture
def shop(sandbox: Sandbox) -> Iterator[str]:
    """A page of another origin, which lets in exactly what Stripe.js needs."""
    policy = (
        f"default-src 'none'; script-src 'self' {sandbox.base_url}; "
        f"frame-src {sandbox.base_url}; connect-src {sandbox.base_url}; style-src 'self'"
    )
    bodies = {
        "/": ("text/html", PAGE.format(sandbox=sandbox.base_url)),
        "/shop.js": ("text/javascript", SCRIPT.format(key=sandbox.publishable_key)),
        "/return": ("text/html", "<!doctype html><title>Back</title>Back at the shop"),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, text = bodies.get(self.path.partition("?")[0], ("text/plain", ""))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *arguments: object) -> None:
            pass

    with serving(Handler) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(ACTION_MILLISECONDS_MAX)
    problems: list[str] = []
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    page.close()
    assert [line for line in problems if "402" not in line and "favicon" not in line] == []


def fields(page: Page) -> FrameLocator:
    return page.frame_locator('iframe[title="Secure payment input frame"]')


def type_card(page: Page, number: str, *, expiry: str = "1234", cvc: str = "123") -> None:
    fields(page).get_by_label("Card number").fill(number)
    fields(page).get_by_label("Expiration date").fill(expiry)
    fields(page).get_by_label("Security code").fill(cvc)


def open_shop(page: Page, shop: str, intent: stripe.PaymentIntent, theme: str = "stripe") -> None:
    page.goto(f"{shop}/#{intent.client_secret},{theme}")
    page.locator("body[data-ready=yes]").wait_for()


def test_a_good_card_pays_and_comes_back(
    page: Page, shop: str, sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = make_intent(client)
    open_shop(page, shop, intent)

    type_card(page, "4242424242424242")
    expect(fields(page).get_by_label("Card number")).to_have_value("4242 4242 4242 4242")
    expect(fields(page).get_by_label("Expiration date")).to_have_value("12 / 34")
    expect(page.locator("body")).to_have_attribute("data-complete", "true")
    page.get_by_role("button", name="Pay").click()

    page.wait_for_url(f"{shop}/return?*")
    assert f"kept=1&payment_intent={intent.id}&" in page.url
    assert "redirect_status=succeeded" in page.url
    assert sandbox.payment("T-1")["amount_charged"] == 5000


def test_3ds_is_approved_on_the_banks_page(
    page: Page, shop: str, sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = make_intent(client)
    open_shop(page, shop, intent)

    type_card(page, "4000002500003155")
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_text("$50.00 USD")).to_be_visible()
    page.get_by_role("button", name="Complete authentication").click()

    page.wait_for_url(f"{shop}/return?*redirect_status=succeeded")
    assert sandbox.payment("T-1")["status"] == "succeeded"


def test_failed_3ds_comes_back_and_says_so(
    page: Page, shop: str, sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = make_intent(client)
    open_shop(page, shop, intent)

    type_card(page, "4000002760003184")
    page.get_by_role("button", name="Pay").click()
    page.get_by_role("button", name="Fail authentication").click()

    page.wait_for_url(f"{shop}/return?*redirect_status=failed")
    error = sandbox.payment("T-1")["payment"]["last_payment_error"]
    assert error["code"] == "payment_intent_authentication_failure"


def test_a_declined_card_is_explained_on_the_page_and_another_one_pays(
    page: Page, shop: str, sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = make_intent(client)
    open_shop(page, shop, intent, theme="night")

    type_card(page, "4000000000000002")
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_role("status")).to_have_text(
        "card_declined|generic_decline|Your card was declined."
    )
    type_card(page, "5555555555554444")
    page.get_by_role("button", name="Pay").click()

    page.wait_for_url(f"{shop}/return?*redirect_status=succeeded")
    assert (sandbox.payment("T-1")["attempt_count"], sandbox.payment("T-1")["charge_count"]) == (
        2,
        1,
    )


def test_what_is_missing_is_said_beside_the_field_before_anything_is_sent(
    page: Page, shop: str, sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = make_intent(client)
    open_shop(page, shop, intent)

    type_card(page, "4242424242424241", expiry="1220", cvc="12")
    page.get_by_role("button", name="Pay").click()

    expect(page.get_by_role("status")).to_have_text("invalid_number||Your card number is invalid.")
    expect(fields(page).get_by_label("Card number")).to_be_focused()
    expect(fields(page).get_by_role("alert")).to_have_text(
        [
            "Your card number is invalid.",
            "Your card’s expiration year is in the past.",
            "Your card’s security code is incomplete.",
        ]
    )
    assert sandbox.payment("T-1")["attempt_count"] == 0


def test_the_card_fields_are_filled_by_keyboard_alone(
    page: Page, shop: str, client: stripe.StripeClient
) -> None:
    open_shop(page, shop, make_intent(client))

    fields(page).get_by_label("Card number").focus()
    for text in ("378282246310005", "5/30", "1234"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")

    expect(fields(page).get_by_label("Card number")).to_have_value("3782 822463 10005")
    expect(fields(page).get_by_label("Expiration date")).to_have_value("05 / 30")
    expect(page.locator("body")).to_have_attribute("data-complete", "true")
