"""Orders: what the merchant asks for, until the payer agreed and the money was captured.

    PAYER_ACTION_REQUIRED (or CREATED) ─→ APPROVED ─→ COMPLETED
                     └──────────────────────┴──→ forgotten: 404

The statuses are PayPal's. An order is COMPLETED also while its capture is still PENDING.
Source: developer.paypal.com/docs/api/orders/v2.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.paypal_api.account import PayPalAccount, WayBack, new_account_id, new_id, now
from sandbox.paypal_api.captures import take_money
from sandbox.paypal_api.errors import Json, PayPalError, impossible
from sandbox.paypal_api.money import check_money, value_of
from sandbox.paypal_api.requests import ExperienceContext, OrderRequest

PAYER_EMAIL = "payer@example.com"
OPEN = {"CREATED", "PAYER_ACTION_REQUIRED"}


def create_order(account: PayPalAccount, asked: OrderRequest) -> Json:
    """A new order that waits for a payer."""
    unit = asked.purchase_units[0].model_dump(exclude_none=True)
    check_money(unit["amount"], field="/purchase_units/@reference_id=='default'/amount")
    order_id, wallet = new_id(), asked.payment_source
    context = wallet.paypal.experience_context if wallet else ExperienceContext()
    account.ways_back[order_id] = WayBack(
        return_url=context.return_url, cancel_url=context.cancel_url
    )
    order: Json = {
        "id": order_id,
        "intent": "CAPTURE",
        "status": "PAYER_ACTION_REQUIRED" if wallet else "CREATED",
        "purchase_units": [unit | {"payee": _payee(account)}],
        "create_time": now(),
        "links": _open_links(account, order_id, "payer-action" if wallet else "approve"),
    }
    if wallet:
        order["payment_source"] = {"paypal": {}}
    return account.store(account.orders, order_id, order)


def is_open(account: PayPalAccount, order: Json) -> bool:
    """Whether the payer may agree: for the first time, or again after refused means."""
    return order["status"] in OPEN or order["id"] in account.refused


def approve(account: PayPalAccount, order: Json, email: str = PAYER_EMAIL) -> None:
    """The payer agrees. One who agreed already changes nothing, unless the means were refused."""
    if not is_open(account, order):
        return
    account.refused.discard(order["id"])
    name = {"given_name": "Pat", "surname": "Payer"}
    payer_id = new_account_id()
    order["status"] = "APPROVED"
    order["links"] = _approved_links(account, order["id"])
    order["payer"] = {
        "name": name,
        "email_address": email,
        "payer_id": payer_id,
        "address": {"country_code": "US"},
    }
    order["payment_source"] = {
        "paypal": {
            "email_address": email,
            "account_id": payer_id,
            "account_status": "VERIFIED",
            "name": name,
            "address": {"country_code": "US"},
        }
    }
    account.emit("CHECKOUT.ORDER.APPROVED", "checkout-order", order, "An order has been approved")


def capture_order(account: PayPalAccount, order: Json) -> Json:
    """Take the approved money. The order afterwards."""
    if order["status"] == "COMPLETED":
        raise impossible("ORDER_ALREADY_CAPTURED")
    if order["status"] != "APPROVED":
        raise impossible("ORDER_NOT_APPROVED")
    if _is_paid_elsewhere(account, order["purchase_units"][0].get("invoice_id")):
        raise impossible("DUPLICATE_INVOICE_ID")
    try:
        take_money(account, order)
    except PayPalError:
        account.refused.add(order["id"])
        raise
    order["status"] = "COMPLETED"
    order["update_time"] = now()
    order["links"] = [account.link(f"/v2/checkout/orders/{order['id']}")]
    account.emit("CHECKOUT.ORDER.COMPLETED", "checkout-order", order, "Checkout order completed")
    return order


def forget(account: PayPalAccount, order: Json) -> None:
    """An order that nobody captured in time is gone: PayPal answers 404 from then on."""
    if order["status"] == "COMPLETED":
        raise KeyError(f"{order['id']} is captured and stays")
    del account.orders[order["id"]]


def amount_of(order: Json) -> tuple[Decimal, str]:
    """What the payer is asked for."""
    amount: dict[str, Any] = order["purchase_units"][0]["amount"]
    return value_of(amount), amount["currency_code"]


def _is_paid_elsewhere(account: PayPalAccount, invoice_id: str | None) -> bool:
    """PayPal takes money for one invoice once, whatever orders carry its id."""
    return invoice_id is not None and any(
        capture.get("invoice_id") == invoice_id and capture["status"] != "DECLINED"
        for capture in account.captures.values()
    )


def _payee(account: PayPalAccount) -> Json:
    config = account.config
    return {
        "email_address": config.paypal_merchant_email,
        "merchant_id": config.paypal_merchant_id,
    }


def _open_links(account: PayPalAccount, order_id: str, rel: str) -> list[Json]:
    itself, capture = _approved_links(account, order_id)
    return [itself, account.link(f"/checkoutnow?token={order_id}", rel), capture]


def _approved_links(account: PayPalAccount, order_id: str) -> list[Json]:
    """The payer's page is named only until the payer has agreed."""
    path = f"/v2/checkout/orders/{order_id}"
    return [account.link(path), account.link(f"{path}/capture", "capture", "POST")]
