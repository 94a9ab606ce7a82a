"""How one sandbox process is set up. Every value has a default that works on its own."""

from __future__ import annotations

from dataclasses import dataclass

# Stripe tries for three days; the same shape, a thousand times faster.
RETRY_DELAYS_SECONDS = (1.0, 5.0, 15.0, 60.0, 300.0)
# PayPal tries 25 times in three days; as often, a thousand times faster.
PAYPAL_RETRY_DELAYS_SECONDS = tuple(1.0 + 0.8 * nth for nth in range(25))

# BTCPay tries after 10 s, 1 min and six times after 10 min, then never again: about an hour in
# all. The same shape, a thousand times faster.
BTCPAY_RETRY_DELAYS_SECONDS = (0.01, 0.06, *(0.6,) * 6)


@dataclass(frozen=True, kw_only=True)
class Config:
    """Keys, addresses and the plan by which failed webhooks are sent again."""

    host: str = "127.0.0.1"
    port: int = 8001
    secret_key: str = "sk_test_sandbox"
    publishable_key: str = "pk_test_sandbox"
    webhook_url: str = ""
    webhook_secret: str = "whsec_sandbox"
    retry_delays_seconds: tuple[float, ...] = RETRY_DELAYS_SECONDS
    paypal_client_id: str = "paypal_client_sandbox"
    paypal_client_secret: str = "paypal_secret_sandbox"
    paypal_merchant_id: str = "MERCHANT4TEST"
    paypal_merchant_email: str = "billing@example.com"
    paypal_webhook_id: str = "WEBHOOK4TEST"
    paypal_webhook_url: str = ""
    paypal_retry_delays_seconds: tuple[float, ...] = PAYPAL_RETRY_DELAYS_SECONDS
    btcpay_api_key: str = "btcpay_key_sandbox"
    btcpay_store_id: str = "STORE4TEST"
    btcpay_webhook_id: str = "BTCPAYWEBHOOK4TEST"
    btcpay_webhook_secret: str = "btcpay_whsec_sandbox"
    btcpay_webhook_url: str = ""
    btcpay_retry_delays_seconds: tuple[float, ...] = BTCPAY_RETRY_DELAYS_SECONDS
    mail_folder: str = ""  # where the portal's demo keeps what it sent; empty: nowhere
