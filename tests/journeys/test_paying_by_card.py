"""Paying by card: what can go right, what can go wrong, and what people do in between."""

import pytest
from playwright.sync_api import Page, expect

from billing.models import Purse
from payments.models import Payment, TopUp
from sandbox.testing import Sandbox
from tests.customers import balance_of, eur, make_customer, usd
from tests.journeys.conftest import Visit
from tests.journeys.steps import (
    ASKS_FOR_3DS,
    DECLINED,
    PAYS,
    answer_bank,
    check_out,
    expect_paid,
    fill_card,
    header_balance,
    open_panel,
    pay,
    reference_of,
)

pytestmark = [pytest.mark.browser, pytest.mark.heart]


def expect_refused(page: Page, why: str, next_step: str) -> None:
    """The card page again: the reason, what to do, and the same amount on the button."""
    expect(page.get_by_role("alert").filter(has_text=why)).to_contain_text(next_step)
    expect(page.get_by_role("button", name="Pay 50.00 USD")).to_be_enabled()


def test_a_card_that_pays_at_once(visit: Visit, sandbox: Sandbox):
    customer = make_customer()
    page = visit("/", customer)
    check_out(page, "50")
    reference = reference_of(page)
    pay(page, PAYS)

    expect_paid(page)
    expect(header_balance(page, "Voice")).to_have_text("50.00 USD")
    expect(page.get_by_text("Paid with Visa 4242")).to_be_visible()
    assert balance_of(customer) == usd("50.00")
    assert sandbox.payment(reference)["amount_charged"] == 5000


def test_a_declined_card_says_why_and_another_card_pays_the_same_top_up(
    visit: Visit, sandbox: Sandbox
):
    customer = make_customer()
    page = visit("/", customer)
    check_out(page, "50")
    reference = reference_of(page)
    pay(page, DECLINED)
    expect_refused(page, "Your bank declined this card.", "Use another card")

    pay(page, PAYS)
    expect_paid(page)
    assert reference_of(page) == reference
    assert balance_of(customer) == usd("50.00")
    assert len(sandbox.charges_of(reference)) == 1


def test_a_failed_3_d_secure_says_why_and_another_card_pays_the_same_top_up(visit: Visit):
    customer = make_customer()
    page = visit("/", customer)
    check_out(page, "50")
    reference = reference_of(page)
    pay(page, ASKS_FOR_3DS)
    answer_bank(page, "Fail authentication")
    expect_refused(page, "Your bank could not confirm that it was you.", "use another card")

    pay(page, PAYS)
    expect_paid(page)
    assert reference_of(page) == reference
    assert balance_of(customer) == usd("50.00")


def test_sms_asks_for_its_currency_first_and_is_paid_in_it(visit: Visit):
    customer = make_customer()
    page = visit("/", customer)
    form = open_panel(page, "SMS")
    form.get_by_role("radio", name="EUR").check()
    form.get_by_role("button", name="Continue").click()
    expect(form.get_by_role("radio", name="SMS")).to_be_checked()
    form.get_by_label("Amount").fill("20")
    form.get_by_role("button", name="Checkout").click()
    pay(page, PAYS, "20.00 EUR")

    expect_paid(page)
    expect(header_balance(page, "SMS")).to_have_text("20.00 EUR")
    expect(header_balance(page, "Voice")).to_have_text("0.00 USD")
    assert balance_of(customer, Purse.SMS) == eur("20.00")


def test_impatient_double_clicks_make_one_top_up_and_one_charge(visit: Visit, sandbox: Sandbox):
    customer = make_customer()
    page = visit("/", customer)
    form = open_panel(page)
    form.get_by_label("Amount").fill("50")
    form.get_by_role("button", name="Checkout").dblclick()
    fill_card(page, PAYS)
    page.get_by_role("button", name="Pay 50.00 USD").dblclick()

    expect_paid(page)
    assert TopUp.objects.filter(customer=customer).count() == 1
    assert Payment.objects.filter(top_up__customer=customer).count() == 1
    assert len(sandbox.charges_of(reference_of(page))) == 1
    assert balance_of(customer) == usd("50.00")


def test_the_same_top_up_in_two_tabs_is_paid_once(visit: Visit, sandbox: Sandbox):
    """B4: the second tab pays too, and is shown what is true."""
    customer = make_customer()
    page = visit("/", customer)
    check_out(page, "50")
    second = page.context.new_page()
    second.goto(page.url)
    fill_card(second, PAYS)
    pay(page, PAYS)
    expect_paid(page)

    second.get_by_role("button", name="Pay 50.00 USD").click()
    expect_paid(second)
    assert len(sandbox.charges_of(reference_of(page))) == 1
    assert balance_of(customer) == usd("50.00")


def test_the_back_button_after_paying_offers_no_second_payment(visit: Visit, sandbox: Sandbox):
    customer = make_customer()
    page = visit("/", customer)
    check_out(page, "50")
    reference = reference_of(page)
    pay(page, PAYS)
    expect_paid(page)

    page.go_back()
    expect(page.get_by_role("button", name="Pay 50.00 USD")).to_be_hidden()
    assert len(sandbox.charges_of(reference)) == 1


def test_a_closed_3_d_secure_tab_leaves_a_top_up_that_can_still_be_paid(
    visit: Visit, sandbox: Sandbox
):
    """B4: nobody came back from the bank; the status page tells the truth and leads on."""
    customer = make_customer()
    page = visit("/", customer)
    check_out(page, "50")
    reference = reference_of(page)
    pay(page, ASKS_FOR_3DS)
    expect(page.get_by_role("heading", name="Is this payment yours?")).to_be_visible()
    page.close()

    page = visit(f"/topup/{reference}/", customer)
    expect(header_balance(page, "Voice")).to_have_text("0.00 USD")
    page.get_by_role("link", name="Continue to payment").click()
    pay(page, PAYS)
    expect_paid(page)
    assert len(sandbox.charges_of(reference)) == 1
    assert balance_of(customer) == usd("50.00")


def test_the_status_page_turns_to_paid_when_the_bank_answers_elsewhere(
    visit: Visit, sandbox: Sandbox
):
    """B4: the bank's app confirms while the status page is open; it is never loaded again."""
    customer = make_customer()
    page = visit("/", customer)
    check_out(page, "50")
    reference = reference_of(page)
    pay(page, ASKS_FOR_3DS)
    expect(page.get_by_role("heading", name="Is this payment yours?")).to_be_visible()
    page = visit(f"/topup/{reference}/", customer)
    expect(page.get_by_role("link", name="Continue to payment")).to_be_visible()

    sandbox.approve_3ds(reference)
    expect(page.locator("[data-announcer]")).to_have_text("Paid")
    expect(header_balance(page, "Voice")).to_have_text("50.00 USD")


@pytest.mark.parametrize("address", ["return/?redirect_status=succeeded", "?status=succeeded"])
def test_a_forged_success_address_shows_nothing_paid(visit: Visit, address: str):
    """B5: the address proves nothing."""
    customer = make_customer()
    page = visit("/", customer)
    check_out(page, "50")
    reference = reference_of(page)

    page.goto(page.url.removesuffix("pay/") + address)
    expect(page).to_have_title(f"Waiting for your card · {reference} – CommPeak")
    expect(header_balance(page, "Voice")).to_have_text("0.00 USD")
    assert balance_of(customer) == usd("0")
