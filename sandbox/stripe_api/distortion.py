"""Shows objects wrongly on purpose: another amount, currency, merchant, mode or reference."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.faults import Fault, FaultKind, Where
from sandbox.stripe_api.errors import Json

if TYPE_CHECKING:
    from sandbox.stripe_api.account import Account

DISTORTED = {"payment_intent", "charge", "refund", "dispute"}
AMOUNTS = ("amount", "amount_received", "amount_captured", "amount_capturable")


def distort(account: Account, body: Json, where: Where) -> Json:
    """A copy of an answer or event with every fault that fits applied to the objects in it."""
    shown = copy.deepcopy(body)
    _walk(account, shown, where, shown if shown.get("object") == "event" else None)
    return shown


def _walk(account: Account, node: Any, where: Where, event: Json | None) -> None:
    if isinstance(node, list):
        for item in node:
            _walk(account, item, where, event)
    elif isinstance(node, dict):
        for value in list(node.values()):
            _walk(account, value, where, event)
        kind = node.get("object")  # in an event's data this is the object itself
        if isinstance(kind, str) and kind in DISTORTED:
            _distort_one(account, node, where, event)


def _distort_one(account: Account, item: Json, where: Where, event: Json | None) -> None:
    handles = account.handles(item)
    event_type = event["type"] if event else ""
    for kind, change in CHANGES.items():
        fault = account.faults.take(kind, handles=handles, event_type=event_type, where=where)
        if fault:
            change(item, fault)
            if event:
                _mark_event(event, kind)


def _amount(item: Json, fault: Fault) -> None:
    for name in AMOUNTS:
        if item.get(name):
            item[name] = fault.amount


def _currency(item: Json, fault: Fault) -> None:
    item["currency"] = fault.currency


def _livemode(item: Json, fault: Fault) -> None:
    if "livemode" in item:
        item["livemode"] = True


def _merchant(item: Json, fault: Fault) -> None:
    if "on_behalf_of" in item:
        item["on_behalf_of"] = "acct_somebody_else"


def _reference(item: Json, fault: Fault) -> None:
    item["metadata"] = dict.fromkeys(item.get("metadata") or {}, fault.code or "SOMEBODY-ELSE")


def _mark_event(event: Json, kind: FaultKind) -> None:
    if kind is FaultKind.WRONG_LIVEMODE:
        event["livemode"] = True
    if kind is FaultKind.WRONG_MERCHANT:
        event["account"] = "acct_somebody_else"


CHANGES: dict[FaultKind, Callable[[Json, Fault], None]] = {
    FaultKind.WRONG_AMOUNT: _amount,
    FaultKind.WRONG_CURRENCY: _currency,
    FaultKind.WRONG_LIVEMODE: _livemode,
    FaultKind.WRONG_MERCHANT: _merchant,
    FaultKind.WRONG_REFERENCE: _reference,
}
