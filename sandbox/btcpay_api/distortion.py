"""Shows invoices wrongly on purpose: another amount, currency, store or order id."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection
from decimal import Decimal

from sandbox.btcpay_api.errors import Json
from sandbox.btcpay_api.shown import WITHOUT_DECIMALS
from sandbox.faults import Fault, FaultBook, FaultKind, Where


def distort(faults: FaultBook, shown: Json, handles: Collection[str]) -> Json:
    """A copy of an invoice with every fault that fits applied to it."""
    shown = copy.deepcopy(shown)
    for kind, change in CHANGES.items():
        if fault := faults.take(kind, handles=handles, where=Where.ANSWERS):
            change(shown, fault)
    return shown


def _amount(shown: Json, fault: Fault) -> None:
    places = 0 if shown["currency"] in WITHOUT_DECIMALS else 2
    shown["amount"] = f"{Decimal(fault.amount).scaleb(-places):f}"


def _currency(shown: Json, fault: Fault) -> None:
    shown["currency"] = fault.currency.upper()


def _store(shown: Json, fault: Fault) -> None:
    shown["storeId"] = "SOMEBODY-ELSES-STORE"


def _reference(shown: Json, fault: Fault) -> None:
    shown["metadata"]["orderId"] = fault.code or "SOMEBODY-ELSE"


CHANGES: dict[FaultKind, Callable[[Json, Fault], None]] = {
    FaultKind.WRONG_AMOUNT: _amount,
    FaultKind.WRONG_CURRENCY: _currency,
    FaultKind.WRONG_MERCHANT: _store,
    FaultKind.WRONG_REFERENCE: _reference,
}
