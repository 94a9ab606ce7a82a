"""Chromium for the tests that need a browser: fixtures `browser` and `open_page`."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

_WITHOUT_WINDOWS = ("chromium-headless-shell",)  # the same engine, and a quarter faster
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# no sandbox: tests run as root in containers; the rest keeps Chromium from calling home
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

ACTION_MILLISECONDS_MAX = 30_000
# a status page asks every two seconds, and a loaded machine answers late
expect.set_options(timeout=ACTION_MILLISECONDS_MAX)
FAILED = pytest.StashKey[bool]()  # set on a test by conftest.py when it has failed

_running: list[Browser] = []  # playwright runs once in a thread, whichever folder asks first
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the run; HEADED=1 shows it. Without any: skipped, and failed with CI."""
    names = _NAMES if os.environ.get("HEADED") else _WITHOUT_WINDOWS + _NAMES
    named = (os.environ.get("CHROMIUM_PATH"), *map(shutil.which, names))
    path = next(filter(None, named), None)
    if path is None:
        no_browser("no Chromium on this machine; name one in CHROMIUM_PATH")
    if _running:
        yield _running[0]
        return
    # playwright's loop runs in this thread, and Django would take it for async code
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path,
            args=_ARGUMENTS,
            headless=not os.environ.get("HEADED"),
            slow_mo=float(os.environ.get("SLOW_MO_MILLISECONDS", "0")),
        )
        _running.append(chromium)
        yield chromium
        _running.clear()
        chromium.close()


def _last_sight(page: Page) -> str:
    return f"{page.url}\n{page.locator('body').aria_snapshot()}"


def no_browser(reason: str) -> NoReturn:
    """A skipped test proves nothing, so where a verdict is made (CI=true) it is a failure."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


def is_mistake(said: ConsoleMessage) -> bool:
    """Chromium also reports when a gateway's API declines a card: that is meant."""
    return said.type == "error" and "/v1/" not in said.location["url"]


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """`open_page(url, width=320, color_scheme="dark")`: a page with cookies of its own.

    Any error that the page's console shows while the test runs fails the test. A test that
    fails prints what its pages showed last.
    """
    contexts, errors = [], []

    def open_one(url: str, *, width: int = 1280, **options: object) -> Page:
        viewport = {"width": width, "height": 900}
        context = browser.new_context(viewport=viewport, reduced_motion="reduce", **options)
        context.set_default_timeout(ACTION_MILLISECONDS_MAX)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: is_mistake(said) and errors.append(said.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        return page

    yield open_one
    for context in contexts:
        if request.node.stash.get(FAILED, False):
            print(*map(_last_sight, context.pages), *errors, sep="\n")  # noqa: T201
        context.close()
    assert not errors, "\n".join(errors)
