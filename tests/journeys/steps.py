"""The steps that journeys share, named as a customer would."""

import re

from playwright.sync_api import FrameLocator, Locator, Page, expect

PAYS = "4242 4242 4242 4242"
ASKS_FOR_3DS = "4000 0025 0000 3155"
DECLINED = "4000 0000 0000 0002"


def panel(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Add credit")


def open_panel(page: Page, purse: str = "Voice") -> Locator:
    page.wait_for_load_state()  # without its scripts the link leads to a page
    page.get_by_role("link", name=f"Add credit to {purse}").click()
    # which has the focus once htmx has taken up what is in the panel
    expect(panel(page).get_by_role("heading", name="Add credit")).to_be_focused()
    return panel(page)


def check_out(
    page: Page, amount: str, purse: str = "Voice", method: str = "", promo_code: str = ""
) -> None:
    """From any page through the panel to paying: by card, or as `method` says ("PayPal")."""
    form = open_panel(page, purse)
    if method:
        form.get_by_role("radio", name=method).check()
    form.get_by_label("Amount").fill(amount)
    if promo_code:
        add_promo_code(form, promo_code)
    form.get_by_role("button", name="Checkout").click()
    expect(page).to_have_url(re.compile(r"/topup/T-[0-9A-Z]{10}/pay/$"))


def add_promo_code(form: Locator, code: str) -> None:
    """Ten percent more, as the answer says."""
    form.get_by_text("Add promo code").click()
    form.get_by_label("Promo code").fill(code)
    form.get_by_role("button", name="Apply code").click()
    expect(form.locator("#promo-answer")).to_contain_text(re.compile("Pay .*, get "))


def card_fields(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='Secure payment input frame']")


def fill_card(page: Page, number: str) -> None:
    fields = card_fields(page)
    fields.get_by_label("Card number").fill(number)
    fields.get_by_label("Expiration date").fill("12 / 34")
    fields.get_by_label("Security code").fill("123")


def pay(page: Page, number: str, price: str = "50.00 USD") -> None:
    fill_card(page, number)
    page.get_by_role("button", name=f"Pay {price}").click()


def answer_bank(page: Page, answer: str) -> None:
    """On the page of the card's bank: "Complete authentication" or "Fail authentication"."""
    expect(page.get_by_role("heading", name="Is this payment yours?")).to_be_visible()
    page.get_by_role("button", name=answer).click()


def go_to_paypal(page: Page) -> None:
    """From "Checkout with PayPal" to PayPal's own page."""
    expect(page.get_by_role("heading", name="Checkout with PayPal")).to_be_visible()
    page.get_by_role("button", name="Agree and continue", exact=True).click()
    expect(page.get_by_role("button", name="Pay now")).to_be_visible()


def agree_at_paypal(page: Page, email: str, answer: str = "Pay now") -> None:
    """As whom, on PayPal's page: "Pay now" or "Agree, but close the tab"."""
    page.get_by_label("You pay as").fill(email)
    page.get_by_role("button", name=answer).click()


def expect_paid(page: Page) -> None:
    """The status page, by itself."""
    expect(page).to_have_url(re.compile(r"/topup/T-[0-9A-Z]{10}/$"))
    expect(page).to_have_title(re.compile("^Paid"))


def header_balance(page: Page, purse: str) -> Locator:
    return page.locator("[data-header-balances] .balance", has_text=purse).locator(
        ".balance__figure"
    )


def reference_of(page: Page) -> str:
    """The top-up reference in the page's address."""
    found = re.search(r"T-[0-9A-Z]{10}", page.url)
    assert found, page.url
    return found[0]
