"""A customer asks for money back, staff say yes, and the money goes the way it came."""

import re

import pytest
from playwright.sync_api import expect

from accounts.tests.builders import make_user
from payments.models import Refund
from payments.refund_states import RefundState
from sandbox.testing import Sandbox
from tests.accessibility import assert_accessible, assert_fits
from tests.books import assert_books_prove
from tests.customers import balance_of, make_customer, usd, user_of
from tests.journeys.conftest import Visit
from tests.journeys.steps import PAYS, check_out, expect_paid, header_balance, pay, reference_of
from tests.portal import Portal
from tests.waiting import wait_until

pytestmark = pytest.mark.browser


def test_a_request_is_approved_processed_and_told(visit: Visit, portal: Portal, sandbox: Sandbox):
    customer = make_customer()
    page = visit("/", customer, width=360)
    check_out(page, "50")
    top_up = reference_of(page)
    pay(page, PAYS)
    expect_paid(page)

    page.get_by_role("link", name="Ask for a refund").click()
    page.get_by_label("Amount to give back").fill("20")
    page.get_by_label("In your words").fill("I meant 30")
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("button", name="Ask for the refund").click()
    expect(page).to_have_title(re.compile("^Requested"))
    assert_fits(page)
    assert_accessible(page)
    refund = Refund.objects.get()

    staff = visit("/admin/", user=make_user(is_staff=True, is_superuser=True))
    staff.get_by_role("link", name=re.compile(refund.reference)).click()
    staff.get_by_role("link", name="Approve").click()
    staff.get_by_label("Reason").fill("Wrong amount, not spent")
    staff.get_by_role("button", name="Approve the refund").click()
    expect(staff.get_by_text("Approved. A worker gives the money back")).to_be_visible()

    wait_until(
        lambda: Refund.objects.get().state == RefundState.PROCESSED,
        within_seconds=60,
        what="the refund went back",
    )
    page.reload()
    expect(page).to_have_title(re.compile("^Processed"))
    expect(header_balance(page, "Voice")).to_have_text("30.00 USD")
    page.get_by_role("link", name="Refunds", exact=True).first.click()
    expect(page.get_by_role("row", name=re.compile(rf"{refund.reference}.*20\.00"))).to_have_count(
        1
    )
    assert_fits(page)
    assert_accessible(page)

    assert balance_of(customer) == usd("30.00")
    assert sandbox.payment(top_up)["amount_refunded"] == 2000
    wait_until(
        lambda: (
            refund.reference in portal.mail_to(user_of(customer).email)
            and "has left" in portal.mail_to(user_of(customer).email)
        ),
        within_seconds=60,
        what="the customer was told",
    )
    assert_books_prove()
