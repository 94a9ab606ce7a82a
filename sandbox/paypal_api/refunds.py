"""Refunds: money that the merchant gives back."""

from __future__ import annotations

from decimal import Decimal

from sandbox.paypal_api.account import PayPalAccount, new_id, now
from sandbox.paypal_api.errors import Json, impossible
from sandbox.paypal_api.money import check_money, to_json, value_of
from sandbox.paypal_api.requests import RefundRequest

_TAKES_NONE = {"PENDING": "PENDING_CAPTURE", "REFUNDED": "CAPTURE_FULLY_REFUNDED"}


def create_refund(
    account: PayPalAccount, capture: Json, asked: RefundRequest, *, is_pending: bool = False
) -> Json:
    """Give back a part or the rest. Raises PayPalError (422)."""
    left = value_of(capture["amount"]) - refunded(account, capture)
    value = _checked_value(account, capture, asked, left)
    refund = _new_refund(account, capture, asked, value)
    order = account.order_of(capture)
    if order:
        order["purchase_units"][0]["payments"].setdefault("refunds", []).append(refund)
    account.store(account.refunds, refund["id"], refund)
    if is_pending:
        refund.update(status="PENDING", status_details={"reason": "ECHECK"})
        account.emit("PAYMENT.REFUND.PENDING", "refund", refund, "A refund is pending")
    else:
        complete_refund(account, refund)
    return refund


def complete_refund(account: PayPalAccount, refund: Json) -> None:
    """The payer has the money. One that is decided already changes nothing."""
    if refund["status"] == "COMPLETED":
        return
    refund.pop("status_details", None)
    refund.update(status="COMPLETED", update_time=now())
    capture = _capture_of(account, refund)
    is_all = refunded(account, capture) >= value_of(capture["amount"])
    capture.update(status="REFUNDED" if is_all else "PARTIALLY_REFUNDED", update_time=now())
    account.emit("PAYMENT.CAPTURE.REFUNDED", "refund", refund, "A capture payment was refunded")


def fail_refund(account: PayPalAccount, refund: Json) -> None:
    """The refund bounced: the money stays with the merchant."""
    if refund["status"] != "PENDING":
        return
    refund.update(status="FAILED", update_time=now())
    account.emit("PAYMENT.REFUND.FAILED", "refund", refund, "A refund failed")


def refunded(account: PayPalAccount, capture: Json) -> Decimal:
    """How much of a capture was given back, or is on its way."""
    refunds = [refund for refund in account.refunds.values() if _belongs(refund, capture)]
    return sum(
        (value_of(refund["amount"]) for refund in refunds if refund["status"] != "FAILED"),
        Decimal(0),
    )


def _checked_value(
    account: PayPalAccount, capture: Json, asked: RefundRequest, left: Decimal
) -> Decimal:
    if issue := _TAKES_NONE.get(capture["status"]):
        raise impossible(issue)
    if capture["status"] == "DECLINED":
        raise impossible("REFUND_NOT_ALLOWED")
    if any(_is_open(dispute, capture) for dispute in account.disputes.values()):
        raise impossible("TRANSACTION_DISPUTED")
    if asked.amount is None:
        return left
    check_money(asked.amount.model_dump(), field="/amount")
    if asked.amount.currency_code != capture["amount"]["currency_code"]:
        raise impossible("REFUND_CAPTURE_CURRENCY_MISMATCH", field="/amount/currency_code")
    if Decimal(asked.amount.value) > left:
        raise impossible("REFUND_AMOUNT_EXCEEDED", field="/amount/value")
    return Decimal(asked.amount.value)


def _new_refund(
    account: PayPalAccount, capture: Json, asked: RefundRequest, value: Decimal
) -> Json:
    refund_id, money = new_id(), to_json(value, capture["amount"]["currency_code"])
    total = refunded(account, capture) + value
    ours: Json = {name: capture[name] for name in ("custom_id", "invoice_id") if name in capture}
    said = asked.model_dump(exclude_none=True, exclude={"amount"})
    return {
        "id": refund_id,
        "status": "PENDING",
        "amount": money,
        "seller_payable_breakdown": {
            "gross_amount": money,
            "paypal_fee": to_json(Decimal(0), money["currency_code"]),
            "net_amount": money,
            "total_refunded_amount": to_json(total, money["currency_code"]),
        },
        "create_time": now(),
        "update_time": now(),
        "links": [
            account.link(f"/v2/payments/refunds/{refund_id}"),
            account.link(f"/v2/payments/captures/{capture['id']}", "up"),
        ],
        **ours,
        **said,
    }


def _capture_of(account: PayPalAccount, refund: Json) -> Json:
    return next(c for c in account.captures.values() if _belongs(refund, c))


def _belongs(refund: Json, capture: Json) -> bool:
    return any(str(link["href"]).endswith(f"/{capture['id']}") for link in refund["links"])


def _is_open(dispute: Json, capture: Json) -> bool:
    ids = {one["seller_transaction_id"] for one in dispute["disputed_transactions"]}
    return capture["id"] in ids and dispute["status"] != "RESOLVED"
