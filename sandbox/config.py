"""How one sandbox process is set up. Every value has a default that works on its own."""

from __future__ import annotations

from dataclasses import dataclass

# Stripe tries for three days; the same shape, a thousand times faster.
RETRY_DELAYS_SECONDS = (1.0, 5.0, 15.0, 60.0, 300.0)


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
