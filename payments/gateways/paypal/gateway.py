"""Our orders as PayPal orders. Source: developer.paypal.com/docs/api/orders/v2."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from commpeak.lib.errors import InvalidInput
from payments.gateways.base import (
    ForgedWebhook,
    GoneAtGateway,
    LocalDefaults,
    Notification,
    ObservedDecline,
    ObservedFact,
    Order,
    RefundOrder,
    Snapshot,
)
from payments.gateways.paypal import events
from payments.gateways.paypal.api import (
    Json,
    PayPalRefusal,
    nonsense_is_unknown,
    paypal_api,
)
from payments.gateways.paypal.event_list import events_since, facts_between
from payments.gateways.paypal.order_request import order_request
from payments.gateways.paypal.profile import PROFILE
from payments.gateways.paypal.refunds import give_back, is_given_back
from payments.gateways.paypal.snapshot import read_order, taken_capture_ids
from payments.states import State

ORDERS = "/v2/checkout/orders"
DISPUTES_PER_PAGE = 50
EVENT_ID_LENGTH = 200  # the inbox has room for 255 characters
DIGEST_LENGTH = 16
KEYS = (
    "PAYPAL_CLIENT_ID",
    "PAYPAL_CLIENT_SECRET",
    "PAYPAL_MERCHANT_ID",
    "PAYPAL_WEBHOOK_ID",
)

# The payer's means were refused: the payer may choose others on the same page.
DECLINES = {
    "INSTRUMENT_DECLINED": "soft",
    "PAYER_ACTION_REQUIRED": "soft",
    "PAYER_CANNOT_PAY": "hard",
    "TRANSACTION_REFUSED": "hard",
    "PAYER_ACCOUNT_RESTRICTED": "hard",
    "PAYER_ACCOUNT_LOCKED_OR_CLOSED": "hard",
    "PAYEE_BLOCKED_TRANSACTION": "not_accepted",
    "TRANSACTION_BLOCKED_BY_PAYEE": "not_accepted",
    "COMPLIANCE_VIOLATION": "not_accepted",
}
# Not every 4xx: wrong credentials, or a webhook id that PayPal does not know, are our own fault.
_UNREADABLE = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
# Somebody was faster: what the order is now is the answer.
_OVERTAKEN = {"ORDER_ALREADY_CAPTURED", "ORDER_NOT_APPROVED"}


class PayPalGateway(LocalDefaults):
    code = "paypal"
    profile = PROFILE

    def is_configured(self) -> bool:
        return all(getattr(settings, key) for key in KEYS)

    def start(self, order: Order) -> Snapshot:
        """PayPal keeps `order.key` for six hours. A start repeated later makes a second order,
        which nobody knows and which holds no money: only `advance` takes any."""
        made = paypal_api().post(ORDERS, order_request(order), request_id=order.key)
        with nonsense_is_unknown():
            return read_order(made)

    def fetch(self, gateway_id: str) -> Snapshot:
        order = _get_order(gateway_id)
        with nonsense_is_unknown():
            capture_ids = taken_capture_ids(order)
            disputes = [dispute for one in capture_ids for dispute in _disputes_about(one)]
            return read_order(order, disputes)

    def advance(self, gateway_id: str, key: str) -> Snapshot:
        """Captures what the payer approved; the truth afterwards.

        `key` is the order's. Nothing is captured for an order that carries another key, is
        made for another merchant, is not approved or is captured already: then this is a
        `fetch`. Calling it again, also after a lost answer, captures once (PayPal keeps the
        request id for 45 days, and an order can be captured only once). Refused means come
        back as a decline, with the way to choose others as next step. Raises GatewayError; an
        unknown outcome is looked up by the next call.
        """
        snapshot = self.fetch(gateway_id)
        if not snapshot.awaits_capture or snapshot.review_reason or snapshot.key != key:
            return snapshot
        try:
            paypal_api().post(f"{ORDERS}/{gateway_id}/capture", request_id=f"{key}-capture")
        except PayPalRefusal as refusal:
            if refusal.issue in DECLINES:
                return _declined(_get_order(gateway_id), refusal)
            if refusal.issue not in _OVERTAKEN:
                raise
        return self.fetch(gateway_id)

    def cancel(self, gateway_id: str, *, by_customer: bool) -> Snapshot:
        """PayPal has no call for it, and needs none: an order that we never capture takes no
        money, whether the payer approved it or not."""
        snapshot = self.fetch(gateway_id)
        is_unpaid = snapshot.awaits_capture or snapshot.next_step is not None
        if snapshot.dead or snapshot.facts or not is_unpaid:
            return snapshot
        dead = State.CANCELED if by_customer else State.EXPIRED
        return replace(
            snapshot, dead=dead, next_step=None, is_processing=False, awaits_capture=False
        )

    def refund(self, refund: RefundOrder) -> Snapshot:
        if not _is_given_back(refund):
            try:
                give_back(refund)
            except PayPalRefusal:
                if not _is_given_back(refund):
                    raise
        return self.fetch(refund.gateway_id)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Only what can be told without asking anyone: see `confirm`.

        Known by its bytes and its signature too: whoever guesses an event's id, or copies the
        whole event, takes the place of no other message.
        """
        evidence = events.check_envelope(headers)
        event = events.read_event(body)
        digest = sha256(json.dumps(evidence, sort_keys=True).encode() + body).hexdigest()
        event_id = f"{event['id'][:EVENT_ID_LENGTH]}:{digest[:DIGEST_LENGTH]}"
        return Notification(event_id, event["event_type"], events.order_id_of(event), evidence)

    def confirm(self, evidence: Mapping[str, str], body: bytes) -> Notification:
        """Asks PayPal whether it sent this, and which order it is about.

        For the worker, before it acts on what `verify` let in. Raises ForgedWebhook, or
        GatewayError when PayPal does not answer.
        """
        seen = self.verify(evidence, body)
        _check_with_paypal(evidence, body)
        order_id = seen.gateway_id or _order_behind(events.read_event(body))
        return Notification(seen.event_id, seen.event_type, order_id)

    def agreed_at(self, body: bytes) -> datetime | None:
        try:
            event = events.read_event(body)
        except InvalidInput:  # filed by ourselves
            return None
        return events.agreed_at_of(event)

    def remote_updates(self, since: datetime) -> Iterator[str]:
        """PayPal keeps its list of events for thirty days."""
        for event in events_since(since):
            if order_id := events.order_id_of(event) or _order_behind(event):
                yield order_id

    def movements(self, since: datetime, until: datetime) -> Iterator[ObservedFact]:
        """From the same list: nothing older than thirty days."""
        yield from facts_between(since, until)


def _check_with_paypal(evidence: Mapping[str, str], body: bytes) -> None:
    """Raises ForgedWebhook, also for what PayPal cannot even read: it reads what it sends."""
    question = events.verification_request(evidence, body)
    try:
        answer = paypal_api().post(events.VERIFY_PATH, question)
    except PayPalRefusal as refusal:
        if refusal.status not in _UNREADABLE:
            raise
        log_text = f"this cannot be PayPal's: {refusal.log_text}"
        raise ForgedWebhook(_("The signature is not valid."), log_text) from refusal
    if answer.get("verification_status") != "SUCCESS":
        raise ForgedWebhook(_("The signature is not valid."), "PayPal did not send this")


def _get_order(gateway_id: str) -> Json:
    """PayPal forgets an order that was not captured within about three hours."""
    try:
        return paypal_api().get(f"{ORDERS}/{gateway_id}")
    except PayPalRefusal as refusal:
        if refusal.status == HTTPStatus.NOT_FOUND:
            raise GoneAtGateway(refusal.log_text) from refusal
        raise


def _is_given_back(refund: RefundOrder) -> bool:
    order = _get_order(refund.gateway_id)
    with nonsense_is_unknown():
        return is_given_back(order, refund.key)


def _disputes_about(capture_id: str) -> Iterator[Json]:
    """In full: the list does not tell how a dispute ended."""
    query = urlencode({"disputed_transaction_id": capture_id, "page_size": DISPUTES_PER_PAGE})
    listed = paypal_api().get(f"/v1/customer/disputes?{query}")
    for summary in listed.get("items") or []:
        yield paypal_api().get(f"/v1/customer/disputes/{quote(summary['dispute_id'], safe='')}")


def _declined(order: Json, refusal: PayPalRefusal) -> Snapshot:
    """Each try has its own debug id, so that every refusal counts once."""
    decline = ObservedDecline(
        object_id=refusal.debug_id or f"{order['id']}-{refusal.issue}",
        kind=DECLINES[refusal.issue],
        code=refusal.issue.lower(),
    )
    with nonsense_is_unknown():
        return replace(
            read_order(order),
            decline=decline,
            is_processing=False,
            awaits_capture=False,
        )


def _order_behind(event: Json) -> str:
    """The order of the capture that a refund or dispute is about; "" for none that PayPal knows."""
    capture_id = events.capture_id_of(event)
    if not capture_id:
        return ""
    try:
        capture = paypal_api().get(f"/v2/payments/captures/{capture_id}")
    except PayPalRefusal as refusal:
        if refusal.status == HTTPStatus.NOT_FOUND:
            return ""
        raise
    return events.order_id_of({"event_type": "", "resource": capture})
