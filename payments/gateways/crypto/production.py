"""What production refuses to start with. Read before the settings are complete, so it asks none."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

KEYS = ("BTCPAY_URL", "BTCPAY_API_KEY", "BTCPAY_STORE_ID", "BTCPAY_WEBHOOK_SECRETS")


def unsafe(settings: Mapping[str, Any]) -> Iterator[str]:
    """Optional, but half of it would offer a way to pay that loses webhooks."""
    missing = [name for name in KEYS if not settings.get(name)]
    if len(missing) == len(KEYS):
        return
    yield from (f"{name} must be set, or none of {', '.join(KEYS)}" for name in missing)
    address = settings.get("BTCPAY_URL")
    if address and urlsplit(address).scheme != "https":
        yield "BTCPAY_URL must begin with https://: it carries the key, and customers pay there"
