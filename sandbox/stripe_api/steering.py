"""What happens outside the API: the bank, the dashboard, and senders of false webhooks."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from typing import Any

from sandbox.stripe_api import confirmation, disputes, refunds
from sandbox.stripe_api.account import Account, new_id, random_text
from sandbox.stripe_api.challenges import answer_challenge, open_challenge_of
from sandbox.stripe_api.errors import Json
from sandbox.stripe_api.signature import webhook_headers
from sandbox.webhooks import Message

OLD_SECONDS = 600  # twice what Stripe's library tolerates


def find_payment(account: Account, handle: str) -> Json:
    """The newest payment or setup with this id or metadata value. Raises KeyError."""
    for kind in ("payment_intent", "setup_intent"):
        for intent in account.newest(kind):
            if handle == intent["id"] or handle in (intent["metadata"] or {}).values():
                return intent
    raise KeyError(handle)


def all_payments(account: Account) -> list[Json]:
    """A summary of each payment, newest first."""
    with account.lock:
        return [_summary(account, intent) for intent in account.newest("payment_intent")]


def describe(account: Account, handle: str) -> Json:
    """One payment with its charges, refunds and disputes."""
    with account.lock:
        intent = find_payment(account, handle)
        related = {
            f"{kind}s": copy.deepcopy(_related(account, kind, intent))
            for kind in ("charge", "refund", "dispute")
        }
        return {**_summary(account, intent), "payment": copy.deepcopy(intent), **related}


def act(account: Account, handle: str, action: str, body: Json) -> Json:
    """Make something happen to a payment. Raises KeyError for an unknown payment or action."""
    do = ACTIONS[action]
    with account.lock:
        do(account, find_payment(account, handle), body)
    return describe(account, handle)


def _related(account: Account, kind: str, intent: Json) -> list[Json]:
    return [item for item in account.newest(kind) if item["payment_intent"] == intent["id"]]


def _newest(account: Account, kind: str, intent: Json) -> Json:
    for item in _related(account, kind, intent):
        return item
    raise KeyError(f"{intent['id']} has no {kind}")


def _summary(account: Account, intent: Json) -> Json:
    charges = _related(account, "charge", intent)
    succeeded = [charge for charge in charges if charge["status"] == "succeeded"]
    return {
        "id": intent["id"],
        "status": intent["status"],
        "amount": intent.get("amount"),
        "currency": intent.get("currency"),
        "metadata": intent["metadata"],
        "attempt_count": len(charges),
        "charge_count": len(succeeded),
        "amount_charged": sum(charge["amount_captured"] for charge in succeeded),
        "amount_refunded": sum(charge["amount_refunded"] for charge in succeeded),
    }


# --- the bank, the customer, the dashboard --------------------------------------------------


def _succeed(account: Account, intent: Json, body: Json) -> None:
    confirmation.settle(account, intent)


def _decline(account: Account, intent: Json, body: Json) -> None:
    confirmation.settle(account, intent, str(body.get("code") or "generic_decline"))


def _approve(account: Account, intent: Json, body: Json) -> None:
    answer_challenge(account, open_challenge_of(account, intent), is_approved=True)


def _fail_authentication(account: Account, intent: Json, body: Json) -> None:
    answer_challenge(account, open_challenge_of(account, intent), is_approved=False)


def _dispute(account: Account, intent: Json, body: Json) -> None:
    charge = account.find("charge", str(intent["latest_charge"]))
    disputes.open_dispute(account, charge, reason=str(body.get("reason") or "fraudulent"))


def _win(account: Account, intent: Json, body: Json) -> None:
    disputes.win_dispute(account, _newest(account, "dispute", intent))


def _lose(account: Account, intent: Json, body: Json) -> None:
    disputes.lose_dispute(account, _newest(account, "dispute", intent))


def _refund(account: Account, intent: Json, body: Json) -> None:
    params: Json = {"payment_intent": intent["id"]}
    if "amount" in body:
        params["amount"] = int(body["amount"])
    refunds.create_refund(account, params)


def _settle_refund(account: Account, intent: Json, body: Json) -> None:
    refund = _newest(account, "refund", intent)
    refunds.settle_refund(account, refund, succeeds=bool(body.get("succeeds", True)))


ACTIONS: dict[str, Callable[[Account, Json, Json], None]] = {
    "succeed": _succeed,
    "decline": _decline,
    "approve_3ds": _approve,
    "fail_3ds": _fail_authentication,
    "dispute": _dispute,
    "win_dispute": _win,
    "lose_dispute": _lose,
    "refund": _refund,
    "settle_refund": _settle_refund,
}


# --- webhooks that should not be believed ---------------------------------------------------


def send_special(account: Account, body: Json) -> Json:
    """Send a false or strange event about a payment; the event that was sent.

    `how`: genuine | forged | old | unsigned | truncated; `type`: any event type; `handle`: the
    payment; `changes`: fields of the object to replace.
    """
    how = str(body.get("how", "genuine"))
    with account.lock:
        event = _special_event(account, body)
        if how == "genuine":
            account.add(event)
    text = json.dumps(event, indent=2)
    headers = SIGNATURES[how](account, text)
    account.deliverer.publish(
        Message(
            event_id=event["id"],
            event_type=event["type"],
            body=text,
            handles=frozenset({event["id"], str(body.get("handle", ""))}),
            headers=headers,
        )
    )
    return event


def _special_event(account: Account, body: Json) -> Json:
    item: Any = {"id": new_id("pi"), "object": "payment_intent"}
    if body.get("handle"):
        item = copy.deepcopy(find_payment(account, str(body["handle"])))
    item.update(body.get("changes") or {})
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": str(body.get("api_version", "2026-10-28.endive")),
        "created": int(time.time()),
        "data": {"object": item},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": str(body.get("type", "payment_intent.succeeded")),
    }


def _genuine(account: Account, text: str) -> dict[str, str]:
    return account.deliverer.endpoint.sign(text, int(time.time()))


def _forged(account: Account, text: str) -> dict[str, str]:
    return webhook_headers(text, int(time.time()), secret=f"whsec_{random_text(24)}")


def _old(account: Account, text: str) -> dict[str, str]:
    return account.deliverer.endpoint.sign(text, int(time.time()) - OLD_SECONDS)


def _unsigned(account: Account, text: str) -> dict[str, str]:
    headers = _genuine(account, text)
    del headers["Stripe-Signature"]
    return headers


def _truncated(account: Account, text: str) -> dict[str, str]:
    headers = _genuine(account, text)
    return headers | {"Stripe-Signature": headers["Stripe-Signature"][:-16]}


SIGNATURES: dict[str, Callable[[Account, str], dict[str, str]]] = {
    "genuine": _genuine,
    "forged": _forged,
    "old": _old,
    "unsigned": _unsigned,
    "truncated": _truncated,
}
