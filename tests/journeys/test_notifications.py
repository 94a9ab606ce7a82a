"""The bell tells what is new, and falls silent once it was seen."""

import pytest
from playwright.sync_api import expect

from accounts.models import Category
from accounts.services.notify_customer import notify_customer
from commpeak.lib.clock import utc_now
from tests.accessibility import assert_accessible, assert_fits
from tests.customers import make_customer
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("with_scripts", [True, False])
def test_what_was_seen_is_no_longer_new(visit: Visit, with_scripts: bool):
    customer = make_customer()
    notify_customer(
        customer=customer,
        category=Category.SECURITY,
        key=f"journey:{customer.pk}",
        template="address_added",
        context={"email": "books@example.com", "category": "Payments", "path": "/profile/"},
        now=utc_now(),
    )
    page = visit("/", customer, width=320, java_script_enabled=with_scripts)
    page.get_by_role("link", name="Notifications, 1 unread").click()
    expect(page.get_by_text("New", exact=True)).to_be_visible()
    if with_scripts:
        assert_fits(page)
        assert_accessible(page)
    else:
        page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("link", name="Notifications", exact=True)).to_be_visible()
    page.get_by_role("link", name="Messages now also go to books@example.com").click()
    expect(page.get_by_role("heading", name="Profile", level=1)).to_be_visible()
