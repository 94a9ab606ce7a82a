"""BTCPay's webhooks: is this really from our server, and which invoice is it about?

`BTCPay-Sig: sha256=HMAC256(UTF8(secret), body)` over the bytes as they came; JSON that was read
and written again is other bytes. The signature has no time: a message that is played back
carries a delivery id that is known already, and is only a hint to fetch anyway.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from commpeak.lib.errors import InvalidInput
from commpeak.lib.strict_json import strict_json
from payments.gateways.base import ForgedWebhook, Notification

HEADER = "BTCPay-Sig"
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_TYPE = re.compile(r"[A-Za-z]{1,100}")


def check_signature(header: str, body: bytes) -> None:
    """Accepts any of the configured secrets, so that one can be rotated without a gap.

    Raises ForgedWebhook.
    """
    for secret in settings.BTCPAY_WEBHOOK_SECRETS:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        if hmac.compare_digest(f"sha256={digest}".encode(), header.encode("utf-8", "replace")):
            return
    raise ForgedWebhook(_("The signature is not valid."), f"{HEADER} does not match")


def read_event(body: bytes) -> Notification:
    """Raises InvalidInput for what is not an event of BTCPay's, however deep or odd the JSON.

    Known by its first delivery: a redelivery has an id of its own and says the same. Events of
    other things than invoices, and of other stores, are about no payment of ours.
    """
    try:
        event = strict_json(body)
    except ValueError as error:
        raise InvalidInput(_("The message is not JSON."), f"webhook body: {error}"[:200]) from error
    if not isinstance(event, dict):
        raise InvalidInput(_("The message is not an event."), "webhook body is no object")
    event_id, event_type = (
        event.get("originalDeliveryId") or event.get("deliveryId"),
        event.get("type"),
    )
    if not (_matches(_ID, event_id) and _matches(_TYPE, event_type)):
        raise InvalidInput(_("The message is not an event."), "delivery id or type is missing")
    return Notification(str(event_id), str(event_type), _invoice_of(event))


def _invoice_of(event: dict[str, Any]) -> str:
    is_ours = event.get("storeId") == settings.BTCPAY_STORE_ID
    invoice_id = event.get("invoiceId")
    return str(invoice_id) if is_ours and _matches(_ID, invoice_id) else ""


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
