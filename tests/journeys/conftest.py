"""A customer's browser on the running portal."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from accounts.models import Customer, User
from tests.browser import OpenPage
from tests.customers import session_cookie_of, user_of
from tests.portal import Portal

Visit = Callable[..., Page]


@pytest.fixture
def visit(portal: Portal, open_page: OpenPage) -> Visit:
    """`visit("/profile/", customer)`: a browser that is logged in; without customer, a stranger.
    `user` is a login without customer, such as staff.

    `options` are those of open_page: width, color_scheme, java_script_enabled …
    """

    def open_there(
        path: str, customer: Customer | None = None, *, user: User | None = None, **options: object
    ) -> Page:
        login = user_of(customer) if customer else user
        cookies = [_cookie(portal.url, login)] if login else []
        state = {"cookies": cookies, "origins": []}
        return open_page(portal.url + path, storage_state=state, base_url=portal.url, **options)

    return open_there


def _cookie(url: str, user: User) -> dict[str, object]:
    return {
        "name": "sessionid",
        "value": session_cookie_of(user),
        "domain": urlsplit(url).hostname,
        "path": "/",
        "expires": -1,
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
    }
