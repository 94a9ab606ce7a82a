"""Reads Stripe's objects into a Snapshot. Pure: dictionaries in, dataclass out.

Sources: docs.stripe.com/payments/paymentintents/lifecycle, docs.stripe.com/declines/codes,
docs.stripe.com/api/disputes/object.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from commpeak.lib.money import Money
from payments.gateways.base import (
    CardForm,
    KeptCard,
    ObservedDecline,
    ObservedFact,
    Snapshot,
)
from payments.states import FactKind, State

Json = dict[str, Any]

_NEEDS_CUSTOMER = {"requires_payment_method", "requires_confirmation", "requires_action"}
_EXPIRED_REASONS = {"abandoned", "automatic"}
# Inquiries ("warning_…") and prevented disputes take no money.
_DISPUTE_OPEN = {
    "needs_response",
    "under_review",
    "appeal_needs_response",
    "appeal_under_review",
}

_DISPUTE_NEEDS_US = {"needs_response", "appeal_needs_response"}

_NOT_ACCEPTED = {"card_not_supported", "currency_not_supported", "fraudulent"}
_AUTHENTICATION = {"payment_intent_authentication_failure", "authentication_required"}
_SOFT = {
    "approve_with_id",
    "call_issuer",
    "incorrect_cvc",
    "incorrect_number",
    "incorrect_zip",
    "insufficient_funds",
    "invalid_cvc",
    "invalid_expiry_month",
    "invalid_expiry_year",
    "issuer_not_available",
    "processing_error",
    "reenter_transaction",
    "try_again_later",
}


def read_payment_intent(
    intent: Json, *, refunds: Sequence[Json] = (), disputes: Sequence[Json] = ()
) -> Snapshot:
    """`intent` with `latest_charge` expanded (or absent), and the refunds and disputes of it."""
    status = intent["status"]
    charge = intent.get("latest_charge")
    charge = charge if isinstance(charge, dict) else {}
    return Snapshot(
        gateway_id=intent["id"],
        key=(intent.get("metadata") or {}).get("payment", ""),
        facts=(*captures_in(charge), *refunds_in(refunds), *disputes_in(disputes)),
        decline=_decline(intent) if status == "requires_payment_method" else None,
        is_processing=status == "processing",
        next_step=_card_form(intent) if status in _NEEDS_CUSTOMER else None,
        dead=_dead(intent) if status == "canceled" else None,
        answer_by=_answer_by(disputes),
        instrument=_instrument(charge),
        review_reason=_review_reason(intent),
        kept_card=_kept_card(intent, charge),
    )


def read_setup_intent(intent: Json) -> KeptCard | None:
    """`intent` with `payment_method` expanded; the card once its bank has agreed, else None."""
    method = intent.get("payment_method")
    if intent["status"] != "succeeded" or not isinstance(method, dict):
        return None
    return _card(method["id"], intent["customer"], method["card"])


def captures_in(charge: Json) -> Iterator[ObservedFact]:
    if charge.get("status") == "succeeded" and charge.get("amount_captured"):
        yield _fact(FactKind.CAPTURE, charge["id"], charge, amount=charge["amount_captured"])


def refunds_in(refunds: Iterable[Json]) -> Iterator[ObservedFact]:
    """A card's refund can fail after it succeeded: the bank sends the money back to us."""
    for refund in refunds:
        if refund["status"] in {"succeeded", "failed"}:
            yield _fact(FactKind.REFUND, refund["id"], refund)
        if refund["status"] == "failed":
            yield _fact(FactKind.REFUND_FAILED, refund["id"], refund)


def disputes_in(disputes: Iterable[Json]) -> Iterator[ObservedFact]:
    for dispute in disputes:
        status = dispute["status"]
        if status in _DISPUTE_OPEN | {"won", "lost"}:
            yield _fact(FactKind.DISPUTE, dispute["id"], dispute)
        if status == "won":
            yield _fact(FactKind.DISPUTE_WON, dispute["id"], dispute)
        if status == "lost":
            yield _fact(FactKind.DISPUTE_LOST, dispute["id"], dispute)


def _answer_by(disputes: Iterable[Json]) -> datetime | None:
    """The earliest date of those that wait for our answer."""
    waiting = [dispute for dispute in disputes if dispute["status"] in _DISPUTE_NEEDS_US]
    dates = [(dispute.get("evidence_details") or {}).get("due_by") for dispute in waiting]
    return min((datetime.fromtimestamp(date, UTC) for date in dates if date), default=None)


def _fact(kind: FactKind, object_id: str, source: Json, amount: int | None = None) -> ObservedFact:
    money = Money.from_minor_units(
        source["amount"] if amount is None else amount, source["currency"].upper()
    )
    return ObservedFact(
        kind,
        object_id,
        money,
        datetime.fromtimestamp(source["created"], UTC),
        key=(source.get("metadata") or {}).get("refund", ""),
        gateway_id=source.get("payment_intent") or "",
    )


def _decline(intent: Json) -> ObservedDecline | None:
    error = intent.get("last_payment_error")
    if not error:
        return None
    method = error.get("payment_method") or {}
    code = error.get("decline_code") or error.get("code") or "unknown"
    return ObservedDecline(
        object_id=error.get("charge") or method.get("id") or code,
        kind=_decline_kind(code),
        code=code,
        fingerprint=(method.get("card") or {}).get("fingerprint") or "",
    )


def _decline_kind(code: str) -> str:
    if code in _AUTHENTICATION:
        return "authentication"
    if code in _NOT_ACCEPTED:
        return "not_accepted"
    return "soft" if code in _SOFT else "hard"


def _card_form(intent: Json) -> CardForm:
    asked = _card_to_confirm(intent)
    return CardForm(
        client_secret=intent["client_secret"],
        publishable_key=settings.STRIPE_PUBLISHABLE_KEY,
        script_url=settings.STRIPE_JS_URL,
        saved_card_id=asked.card_id if asked else "",
        saved_card=f"{asked.brand.capitalize()} {asked.last_four}" if asked else "",
    )


def _card_to_confirm(intent: Json) -> KeptCard | None:
    """The kept card whose bank wants to hear from its owner, when that is why there was no
    charge; also after the owner failed once."""
    decline = _decline(intent)
    if decline is None or decline.kind != "authentication":
        return None
    method = intent["last_payment_error"].get("payment_method") or {}
    is_kept = method.get("customer") and method["customer"] == intent.get("customer")
    return _card(method["id"], method["customer"], method["card"]) if is_kept else None


def _kept_card(intent: Json, charge: Json) -> KeptCard | None:
    card = (charge.get("payment_method_details") or {}).get("card")
    if intent["status"] != "succeeded" or intent.get("setup_future_usage") != "off_session":
        return None
    if not card or not intent.get("customer") or not intent.get("payment_method"):
        return None
    return _card(intent["payment_method"], intent["customer"], card)


def _card(card_id: str, customer_id: str, card: Json) -> KeptCard:
    return KeptCard(
        card_id=card_id,
        customer_id=customer_id,
        brand=card.get("brand") or "card",
        last_four=card["last4"],
        expires_year=card["exp_year"],
        expires_month=card["exp_month"],
        fingerprint=card.get("fingerprint") or "",
    )


def _dead(intent: Json) -> State:
    reason = intent.get("cancellation_reason")
    return State.EXPIRED if reason in _EXPIRED_REASONS else State.CANCELED


def _instrument(charge: Json) -> str:
    """Brand and last four digits only, e.g. "Visa 4242"."""
    card = (charge.get("payment_method_details") or {}).get("card") or {}
    brand = card.get("brand") or "card"
    return f"{brand.capitalize()} {card['last4']}" if card.get("last4") else ""


def _review_reason(intent: Json) -> str:
    expects_live = settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_"))
    if intent.get("livemode", False) != expects_live:
        return "live and test mode are mixed up"
    if intent.get("on_behalf_of"):
        return f"made for another merchant: {intent['on_behalf_of']}"
    if intent["status"] == "requires_capture":
        return "authorised but not captured"
    return ""
