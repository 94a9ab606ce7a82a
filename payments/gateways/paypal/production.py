"""What production refuses to start with. Read before the settings are complete, so it asks none."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

API_HOST = "api-m.paypal.com"
KEYS = ("PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET", "PAYPAL_MERCHANT_ID", "PAYPAL_WEBHOOK_ID")


def unsafe(settings: Mapping[str, Any]) -> Iterator[str]:
    """PayPal is offered when it is set up; half a set of keys is a mistake."""
    missing = [name for name in KEYS if not settings[name]]
    if 0 < len(missing) < len(KEYS):
        yield f"{', '.join(missing)} must be set too, or none of PayPal's keys"
    address = urlsplit(settings["PAYPAL_API_BASE"])
    if (address.scheme, address.netloc) != ("https", API_HOST):
        yield f"PAYPAL_API_BASE must be PayPal's own (https://{API_HOST}), not a sandbox"
