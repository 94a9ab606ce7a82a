"""A clerk's day: a statement is uploaded, matched, split, approved by another, undone, tied out."""

import re
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from accounts.staff_roles import Role
from accounts.tests.builders import make_staff
from billing.models import Purse
from payments.models import Payment, Receipt
from payments.selectors.wire_instructions import wire_reference
from payments.tests.receipt_builders import make_receipt
from payments.tests.wire_builders import IBAN, make_bank_account, start_wire
from sandbox.bank import BankMovement, write_statement
from tests.accessibility import assert_accessible, assert_fits
from tests.books import assert_books_prove
from tests.customers import balance_of, make_customer, usd
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser
DAY = date(2026, 5, 4)


def wire(amount: str, payer: str, bank_id: str, **said: str) -> BankMovement:
    return BankMovement(
        amount=Decimal(amount), booked_on=DAY, payer_name=payer, bank_id=bank_id, **said
    )


def statement(*wires: BankMovement) -> dict[str, object]:
    content = write_statement(
        wires,
        account=IBAN,
        currency="USD",
        opening=Decimal("10.00"),
        statement_id="2026-05-04",
        days=(DAY, DAY),
    )
    return {"name": "may.xml", "mimeType": "application/xml", "buffer": content}


def expected(amount: str, purse: Purse = Purse.VOICE, customer=None) -> Payment:
    return start_wire(customer or make_customer(), usd(amount), purse)


def credit_a_part(page: Page, whose: str, amount: str) -> None:
    page.get_by_role("link", name="Credit or split").click()
    page.get_by_label("Top-up or customer").fill(whose)
    page.get_by_label("Amount of the wire").fill(amount)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Confirm the credit").click()


def test_the_whole_day_of_a_clerk_and_an_approver(visit: Visit, settings):
    make_bank_account("USD")
    settings.SECOND_PERSON_ABOVE = {"USD": Decimal(1000)}
    exact, large, hotel = expected("100.00"), expected("300.00"), make_customer(sms_currency="USD")
    by_voice = expected("60.00", customer=hotel)
    by_sms = expected("40.00", Purse.SMS, hotel)
    file = statement(
        wire("100.00", "ADA", "B1", reference=wire_reference(exact.top_up)),
        wire("1200.00", "GRACE", "B2", reference=wire_reference(large.top_up)),
        wire("100.00", "HARBOUR HOTELS", "B3", text="voice and sms"),
        wire("33.00", "NOBODY WE KNOW", "B4", text="happy birthday"),
    )

    page = visit("/admin/", user=make_staff(Role.WIRE_CLERK))
    page.goto("/admin/payments/statementupload/upload/")
    page.get_by_label("Statement files").set_input_files(file)
    assert_accessible(page, within=".desk")
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("button", name="Post 4 credits").wait_for()
    expect(page.get_by_text("difference 0.00 USD")).to_be_visible()
    assert_accessible(page, within=".desk")
    assert Receipt.objects.count() == 0
    page.get_by_role("button", name="Post 4 credits").click()
    expect(page.get_by_text("4 credits were posted.")).to_be_visible()

    page.locator(".desk").get_by_role("link", name="Match wires").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    assert_accessible(page, within=".desk")
    page.get_by_role("button", name="Preview the ticked ones").click()
    expect(page.get_by_text("waits for a second person")).to_be_visible()
    assert_accessible(page, within=".desk")
    page.get_by_role("button", name="Confirm 2 credits").click()
    expect(page.get_by_text("1 wire is credited.")).to_be_visible()
    assert balance_of(exact.top_up.customer) == usd("100.00")
    assert balance_of(large.top_up.customer) == usd("0")

    page.get_by_role("link", name="HARBOUR HOTELS").click()
    credit_a_part(page, by_voice.top_up.reference, "60")
    credit_a_part(page, by_sms.top_up.reference, "40")
    expect(page.get_by_text("nothing left in suspense")).to_be_visible()
    assert_accessible(page, within=".desk")
    assert balance_of(hotel, Purse.SMS) == usd("40.00")

    approver = visit("/admin/", user=make_staff(Role.APPROVER))
    approver.get_by_role("link", name=re.compile(large.top_up.reference)).click()
    approver.get_by_role("link", name="Approve").click()
    approver.get_by_label("Reason").fill("Reference and payer fit")
    approver.get_by_role("button", name="Approve").click()
    expect(approver.get_by_text("Approved and posted.")).to_be_visible()
    assert balance_of(large.top_up.customer) == usd("1200.00")

    page.get_by_role("link", name="40.00 USD").click()
    page.get_by_role("link", name="Undo").click()
    page.get_by_label("Reason").fill("It was for another hotel")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("in suspense again")).to_be_visible()
    assert balance_of(hotel, Purse.SMS) == usd("0")

    page.goto("/admin/payments/receipt/tie-out/?first_day=2026-05-01&last_day=2026-05-31")
    row = page.get_by_role("row", name=re.compile("Example Bank"))
    expect(row).to_contain_text("1,433.00 USD")
    expect(row).to_contain_text("1,360.00 USD")
    expect(row).to_contain_text("73.00 USD")
    expect(row).to_contain_text("difference 0.00 USD")
    assert_accessible(page, within=".desk")
    assert_books_prove()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desk_fits_a_phone(visit: Visit, scheme: str):
    make_bank_account("USD")
    payment = expected("100.00")
    receipt = make_receipt(usd("100.00"), reference=wire_reference(payment.top_up), text="x" * 200)
    page = visit(
        "/admin/payments/receipt/match/",
        user=make_staff(Role.WIRE_CLERK),
        width=360,
        color_scheme=scheme,
    )
    for path in ("match/", f"{receipt.pk}/change/", f"{receipt.pk}/credit/", "tie-out/"):
        page.goto(f"/admin/payments/receipt/{path}")
        assert_accessible(page, within=".desk")
        assert_fits(page)
