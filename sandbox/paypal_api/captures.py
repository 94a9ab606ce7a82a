"""Captures: money that moved, or is about to.

    PENDING ─→ COMPLETED ─→ PARTIALLY_REFUNDED ─→ REFUNDED
       └──→ DECLINED

Source: developer.paypal.com/docs/api/payments/v2.
"""

from __future__ import annotations

import functools
from decimal import ROUND_HALF_UP, Decimal

from sandbox.faults import FaultKind
from sandbox.paypal_api.account import PayPalAccount, new_id, now
from sandbox.paypal_api.errors import Json, impossible
from sandbox.paypal_api.money import to_json, value_of

PENDING_REASONS = {
    "BUYER_COMPLAINT",
    "CHARGEBACK",
    "ECHECK",
    "INTERNATIONAL_WITHDRAWAL",
    "OTHER",
    "PENDING_REVIEW",
    "RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION",
    "REFUNDED",
    "TRANSACTION_APPROVED_AWAITING_FUNDING",
    "UNILATERAL",
    "VERIFICATION_REQUIRED",
}
FEE_RATE, FEE_FIXED = Decimal("0.034"), Decimal("0.49")  # invented


def take_money(account: PayPalAccount, order: Json) -> Json:
    """The capture of an approved order. Raises PayPalError (422) when the payer cannot pay.

    Faults: `declined` with an issue as `code`; `processing` with a reason as `code`.
    """
    handles = account.handles(order)
    if fault := account.faults.take(FaultKind.DECLINED, handles=handles):
        raise impossible(fault.code or "INSTRUMENT_DECLINED")
    pending = account.faults.take(FaultKind.PROCESSING, handles=handles)
    unit = order["purchase_units"][0]
    capture = _new_capture(account, order, unit)
    account.store(account.captures, capture["id"], capture)
    unit["payments"] = {"captures": [capture]}
    if pending is None:
        complete(account, capture)
        return capture
    reason = pending.code if pending.code in PENDING_REASONS else "PENDING_REVIEW"
    capture.update(status="PENDING", status_details={"reason": reason})
    _tell(account, capture, "PENDING")
    if pending.seconds:
        later = functools.partial(_complete_later, account, capture)
        account.scheduler.call_later(pending.seconds, later)
    return capture


def complete(account: PayPalAccount, capture: Json) -> None:
    """The money is there. One that is decided already changes nothing."""
    if capture["status"] != "PENDING":
        return
    amount = value_of(capture["amount"])
    currency = capture["amount"]["currency_code"]
    fee = (amount * FEE_RATE + FEE_FIXED).quantize(Decimal("0.01"), ROUND_HALF_UP)
    capture.pop("status_details", None)
    capture.update(
        status="COMPLETED",
        update_time=now(),
        seller_receivable_breakdown={
            "gross_amount": capture["amount"],
            "paypal_fee": to_json(fee, currency),
            "net_amount": to_json(amount - fee, currency),
        },
    )
    _tell(account, capture, "COMPLETED")


def deny(account: PayPalAccount, capture: Json) -> None:
    """The money will not come. One that is decided already changes nothing."""
    if capture["status"] != "PENDING":
        return
    capture.pop("status_details", None)
    capture.update(status="DECLINED", update_time=now())
    _tell(account, capture, "DENIED")


def _complete_later(account: PayPalAccount, capture: Json) -> None:
    with account.lock:
        complete(account, capture)


def _tell(account: PayPalAccount, capture: Json, what: str) -> None:
    summary = f"Payment {what.lower()} for {capture['amount']['value']}"
    account.emit(f"PAYMENT.CAPTURE.{what}", "capture", capture, summary)


def _new_capture(account: PayPalAccount, order: Json, unit: Json) -> Json:
    capture_id = new_id()
    path = f"/v2/payments/captures/{capture_id}"
    ours: Json = {name: unit[name] for name in ("custom_id", "invoice_id") if name in unit}
    return {
        "id": capture_id,
        "status": "PENDING",
        "amount": dict(unit["amount"]),
        "final_capture": True,
        "seller_protection": {"status": "NOT_ELIGIBLE"},
        "supplementary_data": {"related_ids": {"order_id": order["id"]}},
        "payee": dict(unit["payee"]),
        "create_time": now(),
        "update_time": now(),
        "links": [
            account.link(path),
            account.link(f"{path}/refund", "refund", "POST"),
            account.link(f"/v2/checkout/orders/{order['id']}", "up"),
        ],
        **ours,
    }
