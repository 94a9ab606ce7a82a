"""Giving money back by PayPal, once per key. Source: developer.paypal.com/docs/api/payments/v2."""

from __future__ import annotations

from payments.gateways.base import GatewayError, RefundOrder
from payments.gateways.paypal.api import Json, paypal_api
from payments.gateways.paypal.money import to_paypal

CAPTURES = "/v2/payments/captures"
_ENDED = {"CANCELLED", "FAILED"}


def is_given_back(order: Json, key: str) -> bool:
    """Whether the order has the refund with our `key`, also one that is still under way.

    Raises a permanent GatewayError when that has ended without giving anything back.
    """
    for refund in refunds_of(order):
        if refund.get("custom_id") == key:
            if refund["status"] in _ENDED:
                raise GatewayError(f"PayPal's refund {refund['id']} failed", permanent=True)
            return True
    return False


def give_back(refund: RefundOrder) -> None:
    """PayPal keeps the key for 45 days; look for the refund in the order first."""
    path = f"{CAPTURES}/{refund.capture_id}/refund"
    paypal_api().post(path, refund_request(refund), request_id=refund.key)


def refund_request(refund: RefundOrder) -> Json:
    return {
        "amount": to_paypal(refund.money),
        "custom_id": refund.key,
        "invoice_id": refund.key,
    }


def refunds_of(order: Json) -> list[Json]:
    payments = order["purchase_units"][0].get("payments") or {}
    return list(payments.get("refunds") or [])


def key_of(refund: Json, order_key: str) -> str:
    """Our key of the refund; one made at PayPal carries its order's, which is none."""
    key = str(refund.get("custom_id") or "")
    return "" if key == order_key else key
