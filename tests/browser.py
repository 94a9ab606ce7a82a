"""Chromium for the tests that need a browser: fixtures `browser` and `open_page`."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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

_running: list[Browser] = []  # playwright runs once in a thread, whichever folder asks first
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the run. Skips, with the reason, on a machine without any."""
    named = (os.environ.get("CHROMIUM_PATH"), *map(shutil.which, _NAMES))
    path = next(filter(None, named), None)
    if path is None:
        pytest.skip("no Chromium on this machine; name one in CHROMIUM_PATH")
    if _running:
        yield _running[0]
        return
    # playwright's loop runs in this thread, and Django would take it for async code
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        _running.append(chromium)
        yield chromium
        _running.clear()
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """`open_page(url, width=320, color_scheme="dark")`: a page with cookies of its own.

    Any error that the page's console shows while the test runs fails the test.
    """
    contexts, errors = [], []

    def open_one(url: str, *, width: int = 1280, **options: object) -> Page:
        viewport = {"width": width, "height": 900}
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and errors.append(said.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []
