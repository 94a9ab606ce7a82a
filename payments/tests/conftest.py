"""Payments are tested against the sandbox process over HTTP."""

import pytest

from sandbox.testing import Sandbox


@pytest.fixture
def card(sandbox: Sandbox, settings) -> Sandbox:
    """The card gateway talks to an empty sandbox, whose webhooks go nowhere yet."""
    settings.STRIPE_API_BASE = sandbox.base_url
    settings.STRIPE_JS_URL = f"{sandbox.base_url}/stripe.js"
    settings.STRIPE_SECRET_KEY = sandbox.secret_key
    settings.STRIPE_PUBLISHABLE_KEY = sandbox.publishable_key
    settings.STRIPE_WEBHOOK_SECRETS = [sandbox.webhook_secret]
    return sandbox


@pytest.fixture
def paypal(sandbox: Sandbox, settings) -> Sandbox:
    """The PayPal gateway talks to an empty sandbox, whose webhooks go nowhere yet."""
    settings.PAYPAL_API_BASE = settings.PAYPAL_PAYER_BASE = sandbox.paypal_url
    settings.PAYPAL_CLIENT_ID = sandbox.paypal_client_id
    settings.PAYPAL_CLIENT_SECRET = sandbox.paypal_client_secret
    settings.PAYPAL_MERCHANT_ID = sandbox.paypal_merchant_id
    settings.PAYPAL_WEBHOOK_ID = sandbox.paypal_webhook_id
    return sandbox


@pytest.fixture
def crypto(sandbox: Sandbox, settings) -> Sandbox:
    """The crypto gateway talks to an empty sandbox, whose webhooks go nowhere yet."""
    settings.BTCPAY_URL = sandbox.btcpay_url
    settings.BTCPAY_API_KEY = sandbox.btcpay_api_key
    settings.BTCPAY_STORE_ID = sandbox.btcpay_store_id
    settings.BTCPAY_WEBHOOK_SECRETS = [sandbox.btcpay_webhook_secret]
    return sandbox
