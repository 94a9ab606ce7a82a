"""PayPal's REST API by paypalrestsdk, with what is wrong in the library mended.

Of the library (1.13.3) only the OAuth token and the reading of statuses are used. Measured
there, and therefore done otherwise here:

* no timeout at all → TIMEOUT_SECONDS; redirects are not followed
* a GET sends the body `null` → none
* a 401 that stays makes it call itself thousands of times → one new token, one more try
* a 400 is returned as if it were an answer → raised like every other refusal
* a call's headers leak into the token request → that one has its own only
* in the mode "sandbox" tokens and bodies are logged → the mode is always "live"; which PayPal
  is meant, the endpoint says

Source: developer.paypal.com/api/rest/requests, …/responses.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import paypalrestsdk
import requests
from django.conf import settings
from paypalrestsdk import exceptions

from payments.gateways.base import GatewayError

TIMEOUT_SECONDS = (3.05, 20)  # to connect, to answer
# Wrong credentials, a conflict or too many requests say nothing about the money.
_TRANSIENT_STATUSES = {401, 403, 408, 409, 429}
_TRANSIENT_ISSUES = {"ORDER_COMPLETION_IN_PROGRESS"}

Json = dict[str, Any]


class PayPalRefusal(GatewayError):
    """PayPal answered no. `issue` is PayPal's own word for the reason, or ""."""

    def __init__(self, *, status: int, issue: str, debug_id: str) -> None:
        self.status, self.issue, self.debug_id = status, issue, debug_id
        is_final = 400 <= status < 500 and status not in _TRANSIENT_STATUSES
        super().__init__(
            f"PayPal {status} {issue} {debug_id}",
            permanent=is_final and issue not in _TRANSIENT_ISSUES,
        )


class PayPalApi(paypalrestsdk.Api):  # type: ignore[misc]  # the library has no types
    """One merchant's access. Safe to share between threads."""

    def __init__(self, *, endpoint: str, client_id: str, client_secret: str) -> None:
        super().__init__(
            mode="live", endpoint=endpoint, client_id=client_id, client_secret=client_secret
        )
        self._token_lock = threading.Lock()

    def get(self, path: str) -> Json:
        """Raises GatewayError."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: Json | bytes | None = None, *, request_id: str = "") -> Json:
        """`request_id` makes it idempotent; bytes are sent as they are. Raises GatewayError."""
        headers = {"Prefer": "return=representation"}
        if request_id:
            headers["PayPal-Request-Id"] = request_id
        data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        return self._ask("POST", path, data, headers)

    def _ask(self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]) -> Json:
        with paypal_errors():
            try:
                answer = self._call(method, path, data, headers)
            except exceptions.UnauthorizedAccess:
                self.forget_token()
                answer = self._call(method, path, data, headers)
        if not isinstance(answer, dict):
            raise GatewayError("PayPal answered no object", permanent=False)
        return answer

    def _call(self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]) -> Any:
        return self.http_call(
            f"{self.endpoint}{path}", method, data=data, headers={**self.headers(), **headers}
        )

    def forget_token(self) -> None:
        """The next call asks for a new one."""
        with self._token_lock:
            self.token_hash = None

    # --- what the library calls -------------------------------------------------------------

    def http_call(self, url: str, method: str, **kwargs: Any) -> Any:
        kwargs.update(timeout=TIMEOUT_SECONDS, allow_redirects=False)
        return super().http_call(url, method, **kwargs)

    def get_token_hash(self, *_other_grants: Any, **_headers: Any) -> Json:
        with self._token_lock:
            token: Json = super().get_token_hash()
            return token


def paypal_api() -> PayPalApi:
    return _api(settings.PAYPAL_API_BASE, settings.PAYPAL_CLIENT_ID, settings.PAYPAL_CLIENT_SECRET)


@lru_cache(maxsize=4)
def _api(endpoint: str, client_id: str, client_secret: str) -> PayPalApi:
    return PayPalApi(endpoint=endpoint, client_id=client_id, client_secret=client_secret)


@contextmanager
def paypal_errors() -> Iterator[None]:
    """Turns the library's and the network's exceptions into GatewayError."""
    try:
        yield
    except exceptions.ConnectionError as error:
        raise _refusal(error) from error
    except (requests.RequestException, ValueError) as error:  # ValueError: answered no JSON
        raise GatewayError(f"PayPal: {type(error).__name__}", permanent=False) from error


@contextmanager
def nonsense_is_unknown() -> Iterator[None]:
    """An answer that cannot be read says nothing about the money."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        log_text = f"PayPal answered nonsense: {type(error).__name__} {error}"
        raise GatewayError(log_text[:200], permanent=False) from error


def _refusal(error: Any) -> PayPalRefusal:
    """Status, issue and debug id only: PayPal's messages may quote what was sent."""
    response = error.response
    debug_id = response.headers.get("PayPal-Debug-Id", "")
    return PayPalRefusal(
        status=response.status_code, issue=_issue(error.content), debug_id=debug_id[:40]
    )


def _issue(content: str | None) -> str:
    try:
        body = json.loads(content or "")
        issue = body["details"][0]["issue"] if body.get("details") else body.get("name")
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return ""  # not in PayPal's shape: the status has to do
    return str(issue or "")[:60]
