"""How webhooks are signed, and the call by which a merchant has a signature checked.

PayPal signs `transmission id|time|webhook id|CRC-32 of the body` with a key whose certificate
it publishes. The sandbox signs the same text with a secret of its own: whoever verifies by
PayPal's call, as the portal does, sees no difference. The body counts byte by byte, so an
event that was read and written again does not verify.

Source: developer.paypal.com/api/rest/webhooks/rest.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
import zlib
from datetime import UTC, datetime

from sandbox.config import Config
from sandbox.paypal_api.errors import Json, PayPalError

ALGORITHM = "SHA256withRSA"
CERTIFICATE_PATH = "/v1/notifications/certs/CERT-360caa42-sandbox"
FACTS = {
    "auth_algo",
    "cert_url",
    "transmission_id",
    "transmission_sig",
    "transmission_time",
    "webhook_id",
}
TRANSMISSION_ID_LENGTH_MAX = 50
_SECRET = b"the sandbox's own"


def webhook_headers(
    body: str, at: int, *, config: Config, secret: bytes = _SECRET
) -> dict[str, str]:
    """All headers of a delivery made at `at` (Unix seconds)."""
    transmission_id = str(uuid.uuid4())
    time = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    facts = (transmission_id, time, config.paypal_webhook_id)
    return {
        "Content-Type": "application/json",
        "User-Agent": "PayPal/AUHD-214.0-56157960",
        "PayPal-Auth-Algo": ALGORITHM,
        "PayPal-Cert-Url": certificate_url(config),
        "PayPal-Transmission-Id": transmission_id,
        "PayPal-Transmission-Sig": _sign(facts, body.encode(), secret),
        "PayPal-Transmission-Time": time,
    }


def certificate_url(config: Config) -> str:
    return f"http://{config.host}:{config.port}/paypal{CERTIFICATE_PATH}"


def verify(config: Config, raw: bytes) -> Json:
    """The answer of verify-webhook-signature for the request's raw body."""
    facts, event = _parts(raw)
    signed = (facts["transmission_id"], facts["transmission_time"], config.paypal_webhook_id)
    is_genuine = (
        hmac.compare_digest(_sign(signed, event, _SECRET), facts["transmission_sig"])
        and facts["auth_algo"] == ALGORITHM
        and facts["cert_url"] == certificate_url(config)
        and facts["webhook_id"] == config.paypal_webhook_id
    )
    return {"verification_status": "SUCCESS" if is_genuine else "FAILURE"}


def _sign(facts: tuple[str, str, str], body: bytes, secret: bytes) -> str:
    text = "|".join((*facts, str(zlib.crc32(body))))
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def _parts(raw: bytes) -> tuple[dict[str, str], bytes]:
    """The named facts, and the event's own bytes as they stand in the request."""
    try:
        whole = json.loads(raw, parse_constant=_refuse)
        event = _raw_value(raw.decode(), "webhook_event")
    except ValueError:
        raise PayPalError("INVALID_REQUEST", "MALFORMED_REQUEST_JSON") from None
    facts = {name: whole.get(name) for name in FACTS}
    if missing := sorted(name for name, value in facts.items() if not isinstance(value, str)):
        field = f"/{missing[0]}"
        raise PayPalError("INVALID_REQUEST", "MISSING_REQUIRED_PARAMETER", field=field)
    if len(facts["transmission_id"]) > TRANSMISSION_ID_LENGTH_MAX:
        raise PayPalError("INVALID_REQUEST", "INVALID_STRING_LENGTH", field="/transmission_id")
    return {name: str(value) for name, value in facts.items()}, event.encode()


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _raw_value(text: str, name: str) -> str:
    marker = f'"{name}":'
    start = text.index(marker) + len(marker)
    start += len(text[start:]) - len(text[start:].lstrip())
    _value, end = json.JSONDecoder().raw_decode(text, start)
    return text[start:end]
