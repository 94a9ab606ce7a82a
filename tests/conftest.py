"""What the tests that cross apps share."""

from collections.abc import Iterator

import pytest

from sandbox.testing import Sandbox
from tests.browser import FAILED, browser, open_page
from tests.portal import portal, portal_processes

__all__ = ["browser", "open_page", "portal", "portal_processes"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Lets fixtures know, when they tidy up, that the test has failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
def sandbox_settings(sandbox: Sandbox, settings) -> None:
    """This test process's own gateways talk to the (empty) sandbox."""
    settings.STRIPE_API_BASE = sandbox.base_url
    settings.STRIPE_SECRET_KEY = sandbox.secret_key
    settings.STRIPE_PUBLISHABLE_KEY = sandbox.publishable_key
    settings.STRIPE_WEBHOOK_SECRETS = [sandbox.webhook_secret]
    settings.PAYPAL_API_BASE = settings.PAYPAL_PAYER_BASE = sandbox.paypal_url
    settings.PAYPAL_CLIENT_ID = sandbox.paypal_client_id
    settings.PAYPAL_CLIENT_SECRET = sandbox.paypal_client_secret
    settings.PAYPAL_MERCHANT_ID = sandbox.paypal_merchant_id
    settings.PAYPAL_WEBHOOK_ID = sandbox.paypal_webhook_id
    settings.BTCPAY_URL = sandbox.btcpay_url
    settings.BTCPAY_API_KEY = sandbox.btcpay_api_key
    settings.BTCPAY_STORE_ID = sandbox.btcpay_store_id
    settings.BTCPAY_WEBHOOK_SECRETS = [sandbox.btcpay_webhook_secret]
