"""PayPal's webhooks: what they claim, which order they are about, and whether PayPal sent them.

A signature is checked by PayPal itself (verify-webhook-signature), so that no certificate is
ever fetched from an address that a message names. The event is passed on byte by byte: PayPal
signs the bytes, and JSON that was read and written again is other bytes.

Source: developer.paypal.com/api/rest/webhooks/rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from commpeak.lib.errors import InvalidInput
from commpeak.lib.strict_json import strict_json
from payments.gateways.base import ForgedWebhook
from payments.gateways.paypal.api import Json

VERIFY_PATH = "/v1/notifications/verify-webhook-signature"
HEADERS = {
    "auth_algo": "PayPal-Auth-Algo",
    "cert_url": "PayPal-Cert-Url",
    "transmission_id": "PayPal-Transmission-Id",
    "transmission_sig": "PayPal-Transmission-Sig",
    "transmission_time": "PayPal-Transmission-Time",
}
HEADER_LENGTH_MAX = 500  # PayPal's own limit
# PayPal writes an event up to ten seconds after what it tells. An agreement must not seem to follow
# the refusal of its own means; to choose others takes a payer longer than this.
WRITTEN_WITHIN = timedelta(seconds=30)
_EVENT_ID = re.compile(r"[A-Za-z0-9-]{1,255}")
_TYPE = re.compile(r"[A-Z0-9_.-]{1,100}")
_OBJECT_ID = re.compile(r"[A-Z0-9]{1,36}")
_CAPTURE_PATH = re.compile(r"/v2/payments/captures/([A-Z0-9]{1,36})$")


def check_envelope(headers: Mapping[str, str]) -> dict[str, str]:
    """The five headers that PayPal is asked about. Raises ForgedWebhook.

    All five are there and the certificate is said to be PayPal's. This proves nothing yet; it
    only keeps noise out of the inbox.
    """
    envelope = {header: headers.get(header, "") for header in HEADERS.values()}
    for header, value in envelope.items():
        if not 0 < len(value) <= HEADER_LENGTH_MAX:
            raise _forged(f"{header} is missing or too long")
    if not _is_paypals(envelope[HEADERS["cert_url"]]):
        raise _forged("the certificate is not PayPal's")
    return envelope


def verification_request(headers: Mapping[str, str], body: bytes) -> bytes:
    """The body of PayPal's verification call. `body` must have passed `read_event`."""
    facts = {name: headers[header] for name, header in HEADERS.items()}
    known = json.dumps({**facts, "webhook_id": settings.PAYPAL_WEBHOOK_ID}).encode()
    return known[:-1] + b',"webhook_event":' + body + b"}"


def read_event(body: bytes) -> Json:
    """Raises InvalidInput for what is not an event of PayPal's, however deep or odd the JSON."""
    try:
        event = strict_json(body)  # PayPal reads the very bytes, and strictly
    except ValueError as error:
        raise InvalidInput(_("The message is not JSON."), f"webhook body: {error}"[:200]) from error
    if not isinstance(event, dict):
        raise InvalidInput(_("The message is not an event."), "webhook body is no object")
    if not (_matches(_EVENT_ID, event.get("id")) and _matches(_TYPE, event.get("event_type"))):
        raise InvalidInput(_("The message is not an event."), "event id or type is missing")
    return event


def order_id_of(event: Json) -> str:
    """The order that the event names, or ""."""
    resource = _object(event.get("resource"))
    is_order = str(event.get("event_type")).startswith("CHECKOUT.ORDER.")
    related = _object(_object(resource.get("supplementary_data")).get("related_ids"))
    order_id = resource.get("id") if is_order else related.get("order_id")
    return str(order_id) if _matches(_OBJECT_ID, order_id) else ""


def capture_id_of(event: Json) -> str:
    """The capture that a refund or dispute is about, or "": it leads to the order."""
    resource = _object(event.get("resource"))
    return next(_capture_ids(resource), "")


def agreed_at_of(event: Json) -> datetime | None:
    """The time by which the payer had agreed, at PayPal's clock; None for any other event."""
    if event.get("event_type") != "CHECKOUT.ORDER.APPROVED":
        return None
    try:
        return datetime.fromisoformat(str(event.get("create_time"))) - WRITTEN_WITHIN
    except ValueError:
        return None


def _capture_ids(resource: Json) -> Iterator[str]:
    for one in _objects(resource.get("disputed_transactions")):
        if _matches(_OBJECT_ID, one.get("seller_transaction_id")):
            yield str(one["seller_transaction_id"])
    for link in _objects(resource.get("links")):
        if link.get("rel") == "up" and (found := _CAPTURE_PATH.search(str(link.get("href")))):
            yield found[1]


def _is_paypals(address: str) -> bool:
    """https at paypal.com, or the configured API itself."""
    if address.startswith(f"{settings.PAYPAL_API_BASE}/"):
        return True
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme == "https" and (host == "paypal.com" or host.endswith(".paypal.com"))


def _forged(log_text: str) -> ForgedWebhook:
    return ForgedWebhook(_("The signature is not valid."), f"PayPal webhook: {log_text}")


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
