"""A customer at the gateway, for tests that then pull the plug."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from accounts.models import Customer
from sandbox.testing import Sandbox
from tests.books import assert_books_prove
from tests.customers import make_customer
from tests.http_customer import HttpCustomer
from tests.portal import Portal


@dataclass(frozen=True)
class Checkout:
    """A top-up of 50.00 USD that waits for a card, and who asked for it."""

    customer: Customer
    reference: str
    client_secret: str


@pytest.fixture
def check_out(portal: Portal) -> Callable[[], Checkout]:
    """A new customer asks for credit on the running portal."""

    def ask() -> Checkout:
        customer = make_customer()
        browser = HttpCustomer(portal, customer)
        reference = browser.check_out("50")
        return Checkout(customer, reference, browser.client_secret(reference))

    return ask


@pytest.fixture(autouse=True)
def _books_prove_afterwards(portal: Portal, sandbox: Sandbox) -> Iterator[None]:
    yield
    assert_books_prove()
