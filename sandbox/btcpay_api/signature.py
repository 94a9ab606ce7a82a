"""How BTCPay signs a webhook, and what a redelivery looks like.

`BTCPay-Sig: sha256=HMAC256(UTF8(secret), body)`. A redelivery is a new body: it has a delivery
id of its own and names the first one. Source: docs.btcpayserver.org/API/Greenfield/v1.
"""

from __future__ import annotations

import hashlib
import hmac
import json

from sandbox.btcpay_api.account import new_id, now


def webhook_headers(body: str, at: int, *, secret: str) -> dict[str, str]:
    """`at` is not part of it: BTCPay's signature carries no time."""
    digest = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "BTCPay-Sig": f"sha256={digest}"}


def redelivered(body: str) -> str:
    """The body of the next try of a delivery that failed."""
    again = {"deliveryId": new_id(), "isRedelivery": True, "timestamp": now()}
    return json.dumps(json.loads(body) | again, indent=2)
