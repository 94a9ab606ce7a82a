"""Reads PayPal's orders and disputes into a Snapshot. Pure: dictionaries in, dataclass out.

Money is certain when a capture is COMPLETED, and stays so when it is refunded later. PENDING
(an e-cheque, a review …) is not money. An APPROVED order is not money either: it waits for us
to capture it, and stays APPROVED when the capture is refused; its payer may then go back and
choose other means. An order is COMPLETED also while its capture is still PENDING.

Sources: developer.paypal.com/docs/api/orders/v2, …/payments/v2, …/customer-disputes/v1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings

from payments.gateways.base import ObservedFact, Redirect, Snapshot
from payments.gateways.paypal.api import Json
from payments.gateways.paypal.money import from_paypal
from payments.gateways.paypal.pending import waiting_for
from payments.gateways.paypal.refunds import key_of
from payments.states import FactKind, State

NAME = "PayPal"
INSTRUMENT_LENGTH_MAX = 60

_UNPAID = {"CREATED", "SAVED", "PAYER_ACTION_REQUIRED", "APPROVED"}
_TAKEN = {"COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"}
_REFUSED = {"DECLINED", "FAILED"}
# PayPal says of no other outcome whose money it is in the end: those are for staff.
_FOR_BUYER = {"RESOLVED_BUYER_FAVOUR"}
_FOR_SELLER = {"RESOLVED_SELLER_FAVOUR", "CANCELED_BY_BUYER"}


def read_order(order: Json, disputes: Sequence[Json] = ()) -> Snapshot:
    """`order` as PayPal's get order gives it, and the disputes about its captures, in full.

    Raises KeyError, TypeError, ValueError, IndexError or ArithmeticError for nonsense.
    """
    unit, status = order["purchase_units"][0], order["status"]
    captures = captures_of(order)
    pending = [capture for capture in captures if capture["status"] == "PENDING"]
    email = _payer_email(order)
    return Snapshot(
        gateway_id=order["id"],
        key=unit.get("custom_id", ""),
        facts=(*_taken(captures), *_refunds(unit), *_disputed(disputes)),
        is_processing=status == "APPROVED" or bool(pending),
        next_step=_payers_page(order) if status in _UNPAID and not captures else None,
        dead=_dead(status, captures),
        answer_by=_answer_by(disputes),
        instrument=_instrument(email) if captures else "",
        review_reason=_foreign(order),
        doubt=_unclear_end(disputes),
        payer_email=email,
        waiting=waiting_for(pending),
        awaits_capture=status == "APPROVED" and not captures,
    )


def captures_of(order: Json) -> list[Json]:
    payments = order["purchase_units"][0].get("payments") or {}
    return list(payments.get("captures") or [])


def taken_capture_ids(order: Json) -> list[str]:
    """The captures that a dispute can be about."""
    return [capture["id"] for capture in captures_of(order) if capture["status"] in _TAKEN]


def _payers_page(order: Json) -> Redirect:
    """Where the payer agrees. PayPal names the page only until the payer has."""
    links = {link["rel"]: str(link["href"]) for link in order.get("links") or []}
    query = urlencode({"token": order["id"]})
    known = f"{settings.PAYPAL_PAYER_BASE}/checkoutnow?{query}"
    return Redirect(links.get("payer-action") or links.get("approve") or known, NAME)


def _taken(captures: Iterable[Json]) -> Iterator[ObservedFact]:
    for capture in captures:
        if capture["status"] in _TAKEN:
            yield _fact(FactKind.CAPTURE, capture["id"], capture["amount"], capture)


def _refunds(unit: Json) -> Iterator[ObservedFact]:
    for refund in (unit.get("payments") or {}).get("refunds") or []:
        if refund["status"] == "COMPLETED":
            fact = _fact(FactKind.REFUND, refund["id"], refund["amount"], refund)
            yield replace(fact, key=key_of(refund, unit.get("custom_id", "")))


def _disputed(disputes: Iterable[Json]) -> Iterator[ObservedFact]:
    """At the stage INQUIRY buyer and seller only talk: nothing moved unless the buyer won."""
    for dispute in disputes:
        outcome = _outcome(dispute)
        is_inquiry = dispute.get("dispute_life_cycle_stage") == "INQUIRY"
        if is_inquiry and outcome not in _FOR_BUYER:
            continue
        kinds = [FactKind.DISPUTE]
        kinds += [FactKind.DISPUTE_LOST] if outcome in _FOR_BUYER else []
        kinds += [FactKind.DISPUTE_WON] if outcome in _FOR_SELLER else []
        for kind in kinds:
            yield _fact(kind, dispute["dispute_id"], dispute["dispute_amount"], dispute)


def _answer_by(disputes: Iterable[Json]) -> datetime | None:
    """The earliest date of those that PayPal decides for the buyer unless we answer."""
    dates = [
        dispute.get("seller_response_due_date")
        for dispute in disputes
        if dispute.get("status") == "WAITING_FOR_SELLER_RESPONSE"
    ]
    return min((datetime.fromisoformat(date) for date in dates if date), default=None)


def _fact(kind: FactKind, object_id: str, money: Json, source: Json) -> ObservedFact:
    """Dated by the object's making: the time of its last change moves with each refund."""
    occurred_at = datetime.fromisoformat(source["create_time"])
    return ObservedFact(kind, object_id, from_paypal(money), occurred_at)


def _payer_email(order: Json) -> str:
    wallet = (order.get("payment_source") or {}).get("paypal") or {}
    payer = order.get("payer") or {}
    return str(wallet.get("email_address") or payer.get("email_address") or "")


def _instrument(email: str) -> str:
    shown = f"PayPal {email}".strip()
    return shown if len(shown) <= INSTRUMENT_LENGTH_MAX else "PayPal"


def _dead(status: str, captures: Sequence[Json]) -> State | None:
    if status == "VOIDED":
        return State.EXPIRED
    is_refused = captures and all(capture["status"] in _REFUSED for capture in captures)
    return State.FAILED if is_refused else None


def _foreign(order: Json) -> str:
    units = order["purchase_units"]
    payee = (units[0].get("payee") or {}).get("merchant_id", "")
    if payee != settings.PAYPAL_MERCHANT_ID:
        return f"made for another merchant: {payee}"[:300]
    if len(units) != 1 or order.get("intent") != "CAPTURE":
        return "not an order as we make them"
    return ""


def _outcome(dispute: Json) -> str:
    return str((dispute.get("dispute_outcome") or {}).get("outcome_code") or "")


def _unclear_end(disputes: Iterable[Json]) -> str:
    for dispute in disputes:
        outcome = _outcome(dispute)
        if dispute.get("status") == "RESOLVED" and outcome not in _FOR_BUYER | _FOR_SELLER:
            return f"dispute {dispute['dispute_id']} ended as {outcome or 'nothing'}"[:300]
    return ""
