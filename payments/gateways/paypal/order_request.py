"""What we ask PayPal for when we start. Source: developer.paypal.com/docs/api/orders/v2."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from payments.gateways.base import Order
from payments.gateways.paypal.api import Json
from payments.gateways.paypal.money import to_paypal

DESCRIPTION_LENGTH_MAX = 127


def order_request(order: Order) -> Json:
    """The same order gives the same bytes, so that a repeated start is the same request.

    Raises a permanent GatewayError for an amount that PayPal does not take as it is.
    """
    site = settings.SITE_URL
    return {
        "intent": "CAPTURE",
        "purchase_units": [
            {
                "amount": to_paypal(order.money),
                "reference_id": order.reference,
                "custom_id": order.key,
                "invoice_id": order.key,  # PayPal takes money for it once
                "description": order.description[:DESCRIPTION_LENGTH_MAX],
            }
        ],
        "payment_source": {
            "paypal": {
                "experience_context": {
                    "return_url": site + reverse("topup-return", args=[order.reference]),
                    "cancel_url": site + reverse("topup-status", args=[order.reference]),
                    "shipping_preference": "NO_SHIPPING",
                    "user_action": "PAY_NOW",
                }
            }
        },
    }
