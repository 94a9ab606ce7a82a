"""The Stripe client, and Stripe's errors in the words of our gateway contract."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import stripe
from django.conf import settings

from payments.gateways.base import GatewayError

API_VERSION = "2026-10-28.endive"  # pinned: an upgrade is a decision, not an accident
TIMEOUT_SECONDS = 20
# Repeats only what is safe (connection lost, 409, 5xx), with the same idempotency key.
NETWORK_RETRIES = 2

# They say nothing about the money: an answer that was lost may have been a yes, also when the
# next question is refused because our key was just rolled, or is not the same to the letter.
_TRANSIENT = (
    stripe.APIConnectionError,
    stripe.APIError,
    stripe.AuthenticationError,
    stripe.IdempotencyError,
    stripe.PermissionError,
    stripe.RateLimitError,
)


def stripe_client() -> stripe.StripeClient:
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@lru_cache(maxsize=4)
def _client(secret_key: str, api_base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        secret_key,
        stripe_version=API_VERSION,
        base_addresses={"api": api_base},
        max_network_retries=NETWORK_RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


@contextmanager
def stripe_errors() -> Iterator[None]:
    """Turns Stripe's exceptions into GatewayError; `permanent` unless the outcome is unknown."""
    try:
        yield
    except stripe.StripeError as error:
        transient = isinstance(error, _TRANSIENT) or (error.http_status or 0) >= 500
        raise GatewayError(_log_text(error), permanent=not transient) from error


def _log_text(error: stripe.StripeError) -> str:
    """Type, code and request id only: Stripe's messages may quote what was sent."""
    return f"{type(error).__name__} {error.http_status} {error.code} {error.request_id}"
