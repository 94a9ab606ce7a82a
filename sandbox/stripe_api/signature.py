"""How Stripe signs a webhook: `t=…,v1=HMAC-SHA256(secret, "t.body")`."""

from __future__ import annotations

import hashlib
import hmac


def webhook_headers(body: str, at: int, *, secret: str) -> dict[str, str]:
    """All headers of a delivery made at `at` (Unix seconds)."""
    mac = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "Accept": "*/*; q=0.5, application/xml",
        "Cache-Control": "no-cache",
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": f"t={at},v1={mac}",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
