"""POST /v1/oauth2/token: client id and secret for a token that lives nine hours."""

from __future__ import annotations

import base64
import binascii
import hmac
import time

from flask import request

from sandbox.paypal_api.account import PayPalAccount, new_id
from sandbox.paypal_api.errors import Json, PayPalError

LIFE_SECONDS = 32_400
SCOPE = "https://uri.paypal.com/services/payments/payment"


class RefusedClient(Exception):
    """Neither the body nor the status of other errors: OAuth has its own."""

    body: Json = {
        "error": "invalid_client",
        "error_description": "Client Authentication failed",
    }


def issue_token(account: PayPalAccount) -> Json:
    """A new token. Raises RefusedClient."""
    config = account.config
    expected = f"{config.paypal_client_id}:{config.paypal_client_secret}"
    if not hmac.compare_digest(_basic().encode(), expected.encode()):
        raise RefusedClient
    if request.form.get("grant_type") != "client_credentials":
        raise PayPalError("INVALID_REQUEST", "INVALID_PARAMETER_VALUE", field="/grant_type")
    token = f"A21AA{new_id(60)}"
    account.tokens[token] = time.time() + LIFE_SECONDS
    return {
        "scope": SCOPE,
        "access_token": token,
        "token_type": "Bearer",
        "app_id": "APP-80W284485P519543T",
        "expires_in": LIFE_SECONDS,
        "nonce": f"{int(time.time())}{new_id(8)}",
    }


def check_token(account: PayPalAccount) -> None:
    """Raises PayPalError (401) for a request without a token that lives."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or account.tokens.get(token.strip(), 0) < time.time():
        raise PayPalError("AUTHENTICATION_FAILURE")


def expire_tokens(account: PayPalAccount) -> None:
    """Every token given out so far is worth nothing any more."""
    account.tokens.clear()


def _basic() -> str:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    try:
        return base64.b64decode(value).decode() if scheme == "Basic" else ""
    except (binascii.Error, ValueError):
        return ""
