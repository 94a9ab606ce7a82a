"""What must be true before the portal runs with DEBUG off; otherwise it refuses to start.

A development default that reaches production is worse than a portal that does not start: a
published key lets anyone log in, a sandbox address takes orders without taking money.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

SECRET_KEY_LENGTH_MIN = 50
# where the embedded servers keep their sockets and binaries: embedded/home.py names it so
EMBEDDED_FOLDER = "/commpeak-"
STRIPE_API_HOST = "api.stripe.com"
STRIPE_JS_HOST = "js.stripe.com"
STRIPE_KEYS = ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRETS")
STRIPE_TEST_KEYS = ("sk_test_", "rk_test_", "pk_test_")
# PayPal is offered when it is set up; half a set of keys is a mistake
PAYPAL_API_HOST = "api-m.paypal.com"
PAYPAL_KEYS = (
    "PAYPAL_CLIENT_ID",
    "PAYPAL_CLIENT_SECRET",
    "PAYPAL_MERCHANT_ID",
    "PAYPAL_WEBHOOK_ID",
)
BTCPAY_KEYS = ("BTCPAY_URL", "BTCPAY_API_KEY", "BTCPAY_STORE_ID", "BTCPAY_WEBHOOK_SECRETS")
STAND_IN_MAIL = ("console", "filebased", "locmem", "dummy", "demo.mail")

Settings = Mapping[str, Any]


def refuse_unsafe_production(settings: Settings) -> None:
    """Raises ImproperlyConfigured that lists everything unsafe in `settings`, all at once.

    Reads the environment too, for FAULT_POINTS. Nothing is connected to, and no value is
    repeated in the message: it ends up in logs.
    """
    problems = list(_problems(settings))
    if problems:
        raise ImproperlyConfigured(
            "Refusing to start in production (DEBUG is off): " + "; ".join(problems)
        )


def _problems(settings: Settings) -> Iterator[str]:
    yield from _secret_key(settings["SECRET_KEY"])
    yield from _addresses(settings["SITE_URL"], settings["ALLOWED_HOSTS"])
    yield from _embedded_servers(settings)
    yield from _stripe(settings)
    yield from _paypal(settings)
    yield from _crypto(settings)
    yield from _private_files(settings)
    if any(name in settings["EMAIL_BACKEND"] for name in STAND_IN_MAIL):
        yield "EMAIL_URL must name a mail server, or nobody gets a verification code"
    if not settings["STAFF_SECOND_FACTOR"]:
        yield "STAFF_SECOND_FACTOR must be on: a stolen password alone would open the admin"
    if os.environ.get("FAULT_POINTS"):
        yield "FAULT_POINTS kills processes on purpose and is for tests only"


def _secret_key(key: str) -> Iterator[str]:
    if len(key) < SECRET_KEY_LENGTH_MIN or "insecure" in key:
        yield f"SECRET_KEY must be a random text of at least {SECRET_KEY_LENGTH_MIN} characters"


def _addresses(site_url: str, allowed_hosts: Sequence[str]) -> Iterator[str]:
    if urlsplit(site_url).scheme != "https":
        yield "SITE_URL must be the portal's public address and begin with https://"
    if not allowed_hosts or "*" in allowed_hosts:
        yield "ALLOWED_HOSTS must name the portal's hosts, not all of them"


def _embedded_servers(settings: Settings) -> Iterator[str]:
    """DATABASE_URL and the broker have defaults for development; production names both."""
    if EMBEDDED_FOLDER in settings["DATABASES"]["default"].get("HOST", ""):
        yield "DATABASE_URL points to the embedded PostgreSQL, which is for development"
    for name in ("DATABASE_URL", "CELERY_BROKER_URL"):
        if name not in os.environ:
            yield f"{name} must be set"


def _private_files(settings: Settings) -> Iterator[str]:
    """Customers' bank receipts: on a disk that is kept and that no web server reads."""
    if "PRIVATE_FILES_ROOT" not in os.environ:
        yield "PRIVATE_FILES_ROOT must name a folder that is kept and not served"
    elif Path(settings["PRIVATE_FILES_ROOT"]).is_relative_to(settings["STATIC_ROOT"]):
        yield "PRIVATE_FILES_ROOT must not lie in STATIC_ROOT, which is served to everybody"


def _stripe(settings: Settings) -> Iterator[str]:
    for name in STRIPE_KEYS:
        if not settings[name]:
            yield f"{name} must be set"
        elif settings[name][:8] in STRIPE_TEST_KEYS:
            yield f"{name} must be a live key: with a test key anyone pays by a published number"
    for name, host in (("STRIPE_API_BASE", STRIPE_API_HOST), ("STRIPE_JS_URL", STRIPE_JS_HOST)):
        address = urlsplit(settings[name])
        if (address.scheme, address.hostname) != ("https", host):
            yield f"{name} must be Stripe's own (https://{host}), not a sandbox"


def _paypal(settings: Settings) -> Iterator[str]:
    missing = [name for name in PAYPAL_KEYS if not settings[name]]
    if 0 < len(missing) < len(PAYPAL_KEYS):
        yield f"{', '.join(missing)} must be set too, or none of PayPal's keys"
    address = urlsplit(settings["PAYPAL_API_BASE"])
    if (address.scheme, address.netloc) != ("https", PAYPAL_API_HOST):
        yield f"PAYPAL_API_BASE must be PayPal's own (https://{PAYPAL_API_HOST}), not a sandbox"


def _crypto(settings: Settings) -> Iterator[str]:
    """Optional, but half of it would offer a way to pay that loses webhooks."""
    missing = [name for name in BTCPAY_KEYS if not settings.get(name)]
    if len(missing) == len(BTCPAY_KEYS):
        return
    yield from (f"{name} must be set, or none of {', '.join(BTCPAY_KEYS)}" for name in missing)
    address = settings.get("BTCPAY_URL")
    if address and urlsplit(address).scheme != "https":
        yield "BTCPAY_URL must begin with https://: it carries the key, and customers pay there"
