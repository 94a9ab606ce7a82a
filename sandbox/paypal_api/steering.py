"""What happens outside the API: payers, PayPal's review, the dashboard, false webhooks."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable

from sandbox.paypal_api import captures, disputes, orders, refunds
from sandbox.paypal_api.account import PayPalAccount, new_id, now
from sandbox.paypal_api.errors import Json
from sandbox.paypal_api.requests import Money, RefundRequest
from sandbox.paypal_api.signature import webhook_headers
from sandbox.webhooks import Message

OLD_SECONDS = 600


def find_order(account: PayPalAccount, handle: str) -> Json:
    """The newest order that carries this id or reference anywhere. Raises KeyError."""
    for order in reversed(account.orders.values()):
        if handle in account.handles(order):
            return order
    raise KeyError(handle)


def all_orders(account: PayPalAccount) -> list[Json]:
    """A summary of each order, newest first."""
    with account.lock:
        return [_summary(account, order) for order in reversed(account.orders.values())]


def describe(account: PayPalAccount, handle: str) -> Json:
    """One order with its captures, refunds and disputes."""
    with account.lock:
        order = find_order(account, handle)
        return {
            **_summary(account, order),
            "order": copy.deepcopy(order),
            "captures": copy.deepcopy(_captures(order)),
            "refunds": copy.deepcopy(_payments(order, "refunds")),
            "disputes": copy.deepcopy(_disputes(account, order)),
        }


def act(account: PayPalAccount, handle: str, action: str, body: Json) -> Json:
    """Make something happen to an order; the order afterwards.

    Raises KeyError for an unknown order or action, PayPalError for what is impossible.
    """
    do = ACTIONS[action]
    with account.lock:
        order = find_order(account, handle)
        do(account, order, body)
        if order["id"] not in account.orders:
            return {"id": order["id"], "status": "forgotten"}
        return describe(account, order["id"])


def _summary(account: PayPalAccount, order: Json) -> Json:
    unit = order["purchase_units"][0]
    return {
        "id": order["id"],
        "status": order["status"],
        "amount": dict(unit["amount"]),
        "reference_id": unit["reference_id"],
        "custom_id": unit.get("custom_id", ""),
        "capture_statuses": [capture["status"] for capture in _captures(order)],
    }


def _payments(order: Json, kind: str) -> list[Json]:
    found: list[Json] = order["purchase_units"][0].get("payments", {}).get(kind, [])
    return found


def _captures(order: Json) -> list[Json]:
    return _payments(order, "captures")


def _disputes(account: PayPalAccount, order: Json) -> list[Json]:
    ids = [capture["id"] for capture in _captures(order)]
    return [
        dispute
        for dispute in account.disputes.values()
        if any(disputes.is_about(dispute, capture_id) for capture_id in ids)
    ]


def _last(items: list[Json], what: str) -> Json:
    if not items:
        raise KeyError(f"the order has no {what}")
    return items[-1]


# --- the payer, PayPal's review, the dashboard ----------------------------------------------


def _approve(account: PayPalAccount, order: Json, body: Json) -> None:
    orders.approve(account, order, str(body.get("email") or orders.PAYER_EMAIL))


def _forget(account: PayPalAccount, order: Json, body: Json) -> None:
    orders.forget(account, order)


def _complete(account: PayPalAccount, order: Json, body: Json) -> None:
    captures.complete(account, _last(_captures(order), "capture"))


def _deny(account: PayPalAccount, order: Json, body: Json) -> None:
    captures.deny(account, _last(_captures(order), "capture"))


def _refund(account: PayPalAccount, order: Json, body: Json) -> None:
    capture = _last(_captures(order), "capture")
    asked = RefundRequest(custom_id=body.get("custom_id"))
    if "amount" in body:
        currency = capture["amount"]["currency_code"]
        asked.amount = Money(currency_code=currency, value=str(body["amount"]))
    refunds.create_refund(account, capture, asked, is_pending=bool(body.get("pending")))


def _settle_refund(account: PayPalAccount, order: Json, body: Json) -> None:
    refund = _last(_payments(order, "refunds"), "refund")
    settle = refunds.complete_refund if body.get("succeeds", True) else refunds.fail_refund
    settle(account, refund)


def _dispute(account: PayPalAccount, order: Json, body: Json) -> None:
    capture = _last(_captures(order), "capture")
    disputes.open_dispute(account, capture, stage=str(body.get("stage") or ""))


def _escalate(account: PayPalAccount, order: Json, body: Json) -> None:
    disputes.escalate(account, _last(_disputes(account, order), "dispute"))


def _win(account: PayPalAccount, order: Json, body: Json) -> None:
    dispute = _last(_disputes(account, order), "dispute")
    disputes.resolve(account, dispute, str(body.get("outcome") or "RESOLVED_SELLER_FAVOUR"))


def _lose(account: PayPalAccount, order: Json, body: Json) -> None:
    dispute = _last(_disputes(account, order), "dispute")
    disputes.resolve(account, dispute, str(body.get("outcome") or "RESOLVED_BUYER_FAVOUR"))


ACTIONS: dict[str, Callable[[PayPalAccount, Json, Json], None]] = {
    "approve": _approve,
    "forget": _forget,
    "complete": _complete,
    "deny": _deny,
    "refund": _refund,
    "settle_refund": _settle_refund,
    "dispute": _dispute,
    "escalate_dispute": _escalate,
    "win_dispute": _win,
    "lose_dispute": _lose,
}


# --- webhooks that should not be believed ---------------------------------------------------


def send_special(account: PayPalAccount, body: Json) -> Json:
    """Send a false or strange event about an order; the event that was sent.

    `how`: genuine | forged | foreign_cert | old | unsigned; `type`: any event type; `handle`:
    the order; `changes`: fields of it to replace.
    """
    with account.lock:
        event = _special_event(account, body)
        text = json.dumps(event, separators=(",", ":"))
        headers = SIGNATURES[str(body.get("how", "genuine"))](account, text)
        if body.get("how", "genuine") == "genuine":
            account.store(account.events, event["id"], event)
    handles = frozenset({event["id"], str(body.get("handle", ""))})
    account.deliverer.publish(
        Message(
            event_id=event["id"],
            event_type=event["event_type"],
            body=text,
            handles=handles,
            headers=headers,
        )
    )
    return event


def _special_event(account: PayPalAccount, body: Json) -> Json:
    order: Json = {"id": new_id(), "status": "APPROVED"}
    if body.get("handle"):
        order = copy.deepcopy(find_order(account, str(body["handle"])))
    order.update(body.get("changes") or {})
    return {
        "id": f"WH-{new_id()}-{new_id()}",
        "event_version": "1.0",
        "create_time": now(),
        "resource_type": "checkout-order",
        "resource_version": "2.0",
        "event_type": str(body.get("type", "CHECKOUT.ORDER.APPROVED")),
        "summary": "An event made by hand",
        "resource": order,
    }


def _genuine(account: PayPalAccount, text: str) -> dict[str, str]:
    return webhook_headers(text, int(time.time()), config=account.config)


def _forged(account: PayPalAccount, text: str) -> dict[str, str]:
    secret = new_id().encode()
    return webhook_headers(text, int(time.time()), config=account.config, secret=secret)


def _foreign_cert(account: PayPalAccount, text: str) -> dict[str, str]:
    return _forged(account, text) | {"PayPal-Cert-Url": "https://paypal.example.com/cert"}


def _old(account: PayPalAccount, text: str) -> dict[str, str]:
    return webhook_headers(text, int(time.time()) - OLD_SECONDS, config=account.config)


def _unsigned(account: PayPalAccount, text: str) -> dict[str, str]:
    headers = _genuine(account, text)
    del headers["PayPal-Transmission-Sig"]
    return headers


SIGNATURES: dict[str, Callable[[PayPalAccount, str], dict[str, str]]] = {
    "genuine": _genuine,
    "forged": _forged,
    "foreign_cert": _foreign_cert,
    "old": _old,
    "unsigned": _unsigned,
}
