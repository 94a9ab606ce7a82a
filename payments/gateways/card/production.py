"""What production refuses to start with. Read before the settings are complete, so it asks none."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

KEYS = ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRETS")
TEST_KEYS = ("sk_test_", "rk_test_", "pk_test_")
HOSTS = {"STRIPE_API_BASE": "api.stripe.com", "STRIPE_JS_URL": "js.stripe.com"}


def unsafe(settings: Mapping[str, Any]) -> Iterator[str]:
    for name in KEYS:
        if not settings[name]:
            yield f"{name} must be set"
        elif settings[name][:8] in TEST_KEYS:
            yield f"{name} must be a live key: with a test key anyone pays by a published number"
    for name, host in HOSTS.items():
        address = urlsplit(settings[name])
        if (address.scheme, address.hostname) != ("https", host):
            yield f"{name} must be Stripe's own (https://{host}), not a sandbox"
