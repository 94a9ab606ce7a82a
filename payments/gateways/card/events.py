"""Stripe's webhooks: is this really from Stripe, and which payment is it about?

Source: docs.stripe.com/webhooks/signature. The check reads the raw bytes only; nothing is
fetched, whatever the message says.
"""

import re
from typing import Any

import stripe
from django.conf import settings
from django.utils.translation import gettext as _

from commpeak.lib.errors import InvalidInput
from commpeak.lib.strict_json import strict_json
from payments.gateways.base import ForgedWebhook, Notification

TOLERANCE_SECONDS = 300  # as long as Stripe's own libraries accept an old message
_ID = re.compile(r"[A-Za-z0-9_]{1,255}")
_TYPE = re.compile(r"[a-z0-9_.]{1,100}")


def check_signature(header: str, body: bytes) -> None:
    """Accepts any of the configured secrets, so that one can be rotated without a gap.

    Raises ForgedWebhook.
    """
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            stripe.WebhookSignature.verify_header(body, header, secret, tolerance=TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeDecodeError, TypeError):
            continue  # TypeError: the library compares texts and refuses other than ASCII
        return
    raise ForgedWebhook(_("The signature is not valid."), "Stripe-Signature does not match")


def read_event(body: bytes) -> Notification:
    """Raises InvalidInput for what is not a Stripe event, however deep or odd the JSON."""
    try:
        event = strict_json(body)
    except ValueError as error:
        raise InvalidInput(_("The message is not JSON."), f"webhook body: {error}"[:200]) from error
    if not isinstance(event, dict):
        raise InvalidInput(_("The message is not an event."), "webhook body is no object")
    event_id, event_type = event.get("id"), event.get("type")
    if not (_matches(_ID, event_id) and _matches(_TYPE, event_type)):
        raise InvalidInput(_("The message is not an event."), "event id or type is missing")
    return Notification(str(event_id), str(event_type), payment_intent_of(event))


def payment_intent_of(event: dict[str, Any]) -> str:
    """The id of the Payment Intent that the event's object is or belongs to, or ""."""
    data = event.get("data")
    subject = data.get("object") if isinstance(data, dict) else None
    if not isinstance(subject, dict):
        return ""
    is_intent = subject.get("object") == "payment_intent"
    intent_id = subject.get("id" if is_intent else "payment_intent")
    return str(intent_id) if _matches(_ID, intent_id) else ""


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
