"""Every component in a real browser: readable, reachable, and wide enough nowhere to scroll."""

from collections.abc import Iterator

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import expect

from tests.accessibility import assert_accessible, assert_fits

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The portal in a thread. pytest-django's own would empty the database after each test,
    and the styleguide needs none."""
    thread = LiveServerThread("127.0.0.1", static_handler=StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@pytest.fixture
def styleguide(server, settings) -> str:
    settings.DEBUG = True
    return f"{server}/styleguide/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_component_is_accessible_and_fits(open_page, styleguide, width, scheme):
    page = open_page(styleguide, width=width, color_scheme=scheme)
    assert_fits(page)
    assert_accessible(page)


def test_turned_right_to_left_nothing_sticks_out(open_page, styleguide):
    page = open_page(styleguide, width=320)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert_fits(page)


def test_the_error_summary_has_the_focus_and_leads_to_the_field(open_page, styleguide):
    page = open_page(styleguide)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.locator("[data-error-summary] a").nth(2).click()
    expect(page.locator("#id_wrong-amount")).to_be_focused()


def test_a_panel_link_opens_the_panel_and_escape_returns_the_focus(open_page, styleguide):
    page = open_page(styleguide)
    link = page.locator("main a[data-panel]").first
    link.click()
    dialog = page.get_by_role("dialog", name="Add credit")
    expect(dialog.get_by_role("heading", name="Add credit")).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()


def test_the_back_button_closes_the_panel_and_stays_on_the_page(open_page, styleguide):
    page = open_page(styleguide)
    page.locator("main a[data-panel]").first.click()
    expect(page.get_by_role("dialog").get_by_role("heading")).to_be_focused()
    page.go_back()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.url == styleguide


def test_without_scripts_the_panel_s_link_is_a_page(open_page, styleguide):
    page = open_page(styleguide, java_script_enabled=False)
    page.locator("main a[data-panel]").first.click()
    assert page.url == f"{styleguide}?panel=1"


def test_a_round_sum_fills_the_amount(open_page, styleguide):
    page = open_page(styleguide)
    form = page.locator("form.card")
    form.get_by_role("button", name="100").click()
    expect(form.get_by_role("textbox", name="Amount")).to_have_value("100")
    expect(form.get_by_role("button", name="100")).to_have_attribute("aria-pressed", "true")
    expect(form.get_by_role("button", name="50", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )


def test_the_menu_opens_by_keyboard_and_closes_on_escape(open_page, styleguide):
    page = open_page(styleguide)
    summary = page.locator("details[data-menu] > summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Log out")).to_be_hidden()
    expect(summary).to_be_focused()


def test_a_name_of_eighty_letters_does_not_widen_the_page(open_page, styleguide):
    page = open_page(styleguide, width=320)
    page.evaluate(
        "for (const e of document.querySelectorAll('h1, h2, main p, dd')) e.append('m'.repeat(80))"
    )
    assert_fits(page)
