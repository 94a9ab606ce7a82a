"""What the tests that cross apps share."""

from tests.browser import browser, open_page

__all__ = ["browser", "open_page"]
