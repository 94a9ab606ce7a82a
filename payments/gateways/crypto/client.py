"""BTCPay Server's Greenfield API: one request, and what may go wrong with it.

Source: docs.btcpayserver.org/API/Greenfield/v1.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import requests
from django.conf import settings

from payments.gateways.base import GatewayError, GoneAtGateway

TIMEOUT_SECONDS = (3.05, 20)  # to connect, to answer
# The description says 400 for a request with mistakes, the server says 422. Everything else (a
# key that lacks a permission, a proxy's own 404, too many requests) can be mended outside.
_FINAL = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
_GONE = "invoice-not-found"

Json = dict[str, Any]


class BTCPayRefusal(GatewayError):
    """BTCPay answered no. `code` is its own word for the reason, or ""."""

    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code
        super().__init__(f"BTCPay {status} {code}".strip(), permanent=status in _FINAL)


def ask(
    method: str,
    path: str,
    *,
    query: Mapping[str, str | int] | None = None,
    body: Json | None = None,
) -> Any:
    """The answer's JSON. Raises GatewayError; GoneAtGateway where there is no such invoice.

    Redirects are not followed: the key would go along to wherever one leads.
    """
    try:
        answer = requests.request(
            method,
            settings.BTCPAY_URL + path,
            params=query,
            json=body,
            headers={"Authorization": f"token {settings.BTCPAY_API_KEY}"},
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
        if answer.status_code == HTTPStatus.OK:
            return answer.json()
    except (requests.RequestException, ValueError) as error:  # ValueError: answered no JSON
        raise GatewayError(f"BTCPay: {type(error).__name__}", permanent=False) from error
    code = _code_of(answer)
    if answer.status_code == HTTPStatus.NOT_FOUND and code == _GONE:
        raise GoneAtGateway(f"BTCPay {code}")
    raise BTCPayRefusal(answer.status_code, code)


def _code_of(answer: requests.Response) -> str:
    """A problem's code, or the fields that are wrong; never what was sent."""
    try:
        body = answer.json()
        if isinstance(body, list):
            return ", ".join(str(one["path"])[:40] for one in body)[:100]
        return str(body["code"])[:60]
    except (ValueError, TypeError, KeyError):
        return ""  # not in BTCPay's shape: the status has to do
