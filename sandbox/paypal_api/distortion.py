"""Shows objects wrongly on purpose: another amount, currency, merchant or reference."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from typing import Any

from sandbox.faults import Fault, FaultBook, FaultKind, Where
from sandbox.paypal_api.errors import Json
from sandbox.paypal_api.money import places, to_json


def distort(faults: FaultBook, body: Json, handles: Collection[str], where: Where) -> Json:
    """A copy of an answer or event with every fault that fits applied to it."""
    shown = copy.deepcopy(body)
    event_type = str(body.get("event_type", ""))
    for kind, change in CHANGES.items():
        fault = faults.take(kind, handles=handles, event_type=event_type, where=where)
        if fault:
            change(shown, fault)
    return shown


def _amount(shown: Json, fault: Fault) -> None:
    for money in _money_in(shown):
        currency = money["currency_code"]
        money.update(to_json(Decimal(fault.amount).scaleb(-places(currency)), currency))


def _currency(shown: Json, fault: Fault) -> None:
    for money in _money_in(shown):
        money["currency_code"] = fault.currency.upper()


def _merchant(shown: Json, fault: Fault) -> None:
    for item in _dicts(shown):
        if "payee" in item:
            item["payee"] = {
                "merchant_id": "2222SMEBDY222",
                "email_address": "somebody@example.com",
            }


def _reference(shown: Json, fault: Fault) -> None:
    for item in _dicts(shown):
        for name in {"custom_id", "invoice_id"} & set(item):
            item[name] = fault.code or "SOMEBODY-ELSE"


CHANGES: dict[FaultKind, Callable[[Json, Fault], None]] = {
    FaultKind.WRONG_AMOUNT: _amount,
    FaultKind.WRONG_CURRENCY: _currency,
    FaultKind.WRONG_MERCHANT: _merchant,
    FaultKind.WRONG_REFERENCE: _reference,
}


def _money_in(node: Json) -> Iterator[Json]:
    return (item for item in _dicts(node) if {"currency_code", "value"} <= set(item))


def _dicts(node: Any) -> Iterator[Json]:
    if isinstance(node, list):
        for one in node:
            yield from _dicts(one)
    elif isinstance(node, dict):
        yield node
        for value in list(node.values()):
            yield from _dicts(value)
