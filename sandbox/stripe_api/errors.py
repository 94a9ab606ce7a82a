"""What Stripe answers when it refuses, as exceptions that carry their own HTTP answer.

StripeError            any refusal: status, error object, headers
  invalid_request      400, 401, 403, 404: the caller asked for something impossible
  card_error           402: the bank or the card said no
"""

from __future__ import annotations

from typing import Any

DOCS = "https://stripe.com/docs/error-codes/"

Json = dict[str, Any]


class StripeError(Exception):
    """A refusal in Stripe's own shape; `body` is the whole answer, `{"error": {...}}`."""

    def __init__(self, status: int, error: Json, headers: dict[str, str] | None = None) -> None:
        super().__init__(error.get("message", ""))
        self.status = status
        self.error = error
        self.headers = headers or {}

    @property
    def body(self) -> Json:
        return {"error": self.error}


def with_doc_url(error: Json) -> Json:
    """Drop what is empty and point to the page about the code, as Stripe does."""
    kept = {key: value for key, value in error.items() if value is not None}
    if code := kept.get("code"):
        kept["doc_url"] = DOCS + str(code).replace("_", "-")
    return kept


def invalid_request(
    message: str,
    *,
    code: str | None = None,
    param: str | None = None,
    status: int = 400,
    **more: Any,
) -> StripeError:
    """An `invalid_request_error`; `more` joins the error object (for example payment_intent)."""
    error = {
        "type": "invalid_request_error",
        "code": code,
        "message": message,
        "param": param,
        **more,
    }
    return StripeError(status, with_doc_url(error))


def resource_missing(kind: str, object_id: str, *, param: str = "id") -> StripeError:
    """404 for an id in the address, 400 for one in the parameters is decided by the caller."""
    return invalid_request(
        f"No such {kind}: '{object_id}'", code="resource_missing", param=param, status=404
    )


def card_error(
    code: str, message: str, *, decline_code: str | None = None, **more: Any
) -> StripeError:
    """402: the card's own data is wrong or its bank refuses."""
    error = {
        "type": "card_error",
        "code": code,
        "decline_code": decline_code,
        "message": message,
        **more,
    }
    return StripeError(402, with_doc_url(error))


def api_error(*, should_retry: bool) -> StripeError:
    """500 as Stripe words it. `should_retry` False means the answer is kept under its key."""
    message = (
        "An unknown error occurred. Please try again, or contact support if the error persists."
    )
    headers = {"Stripe-Should-Retry": "true" if should_retry else "false"}
    return StripeError(500, {"type": "api_error", "message": message}, headers)


def rate_limited() -> StripeError:
    """429; Stripe's client does not retry it by itself."""
    error = {
        "type": "invalid_request_error",
        "code": "rate_limit",
        "message": "Request rate limit exceeded. You can learn more about rate limits here "
        "https://stripe.com/docs/rate-limits.",
    }
    headers = {"Stripe-Rate-Limited-Reason": "global-rate", "Stripe-Should-Retry": "false"}
    return StripeError(429, with_doc_url(error), headers)
