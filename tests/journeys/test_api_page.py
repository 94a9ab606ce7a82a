"""The page of the API works from our own files under our own policy."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser


def test_page_of_the_api_shows_every_operation_and_its_fields(visit: Visit):
    page = visit("/api/v1/docs", width=1280)
    expect(page.get_by_role("heading", name="CommPeak billing API")).to_be_visible()
    page.get_by_role("button", name="Report usage").first.click()
    expect(page.get_by_text("0.0125").first).to_be_visible()
    expect(page.get_by_text("May a call start?")).to_be_visible()
