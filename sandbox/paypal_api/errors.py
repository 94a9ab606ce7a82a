"""What PayPal answers when it refuses, in its own shape: name, message, debug_id, details.

Source: developer.paypal.com/api/rest/responses. Clients go by `issue`; PayPal says that its
descriptions may change, so the sandbox sends none.
"""

from __future__ import annotations

import secrets
from typing import Any

Json = dict[str, Any]

# status and message by name
NAMES = {
    "INVALID_REQUEST": (
        400,
        "Request is not well-formed, syntactically incorrect, or violates schema.",
    ),
    "AUTHENTICATION_FAILURE": (
        401,
        "Authentication failed due to missing authorization header, or invalid authentication "
        "credentials.",
    ),
    "RESOURCE_NOT_FOUND": (404, "The specified resource does not exist."),
    "UNPROCESSABLE_ENTITY": (
        422,
        "The requested action could not be performed, semantically incorrect, or failed "
        "business validation.",
    ),
    "RATE_LIMIT_REACHED": (429, "Too many requests. Blocked due to rate limiting."),
    "INTERNAL_SERVER_ERROR": (500, "An internal server error occurred."),
}


def new_debug_id() -> str:
    """What PayPal's support asks for; sent with every answer."""
    return secrets.token_hex(7)


class PayPalError(Exception):
    """A refusal: its status, and the body but for the debug id."""

    def __init__(self, name: str, issue: str = "", *, field: str = "") -> None:
        super().__init__(issue or name)
        self.status, message = NAMES[name]
        self.body: Json = {"name": name, "message": message}
        if issue:
            self.body["details"] = [{"issue": issue, **({"field": field} if field else {})}]


def impossible(issue: str, *, field: str = "") -> PayPalError:
    """422: understood, but not possible now."""
    return PayPalError("UNPROCESSABLE_ENTITY", issue, field=field)


def not_found() -> PayPalError:
    """404 for an id that PayPal does not know, or not any more."""
    return PayPalError("RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")
