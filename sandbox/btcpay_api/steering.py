"""What happens outside the API: payers, miners, the end of the rate, false webhooks."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from decimal import Decimal

from sandbox.btcpay_api import invoices
from sandbox.btcpay_api.account import SATOSHI, BTCPayStore, Invoice, new_id, now
from sandbox.btcpay_api.errors import Json
from sandbox.btcpay_api.shown import shown_invoice, shown_methods
from sandbox.btcpay_api.signature import webhook_headers
from sandbox.webhooks import Message

UNDER, OVER = Decimal("0.4"), Decimal("1.2")  # parts of the price
FIRST_WALLET, SECOND_WALLET = "first", "second"


def find_invoice(store: BTCPayStore, handle: str) -> Invoice:
    """The newest invoice with this id or metadata. Raises KeyError."""
    for invoice in reversed(store.invoices.values()):
        if handle in invoice.handles:
            return invoice
    raise KeyError(handle)


def all_invoices(store: BTCPayStore) -> list[Json]:
    """A summary of each invoice, newest first."""
    with store.lock:
        return [_summary(invoice) for invoice in reversed(store.invoices.values())]


def describe(store: BTCPayStore, handle: str) -> Json:
    """One invoice as the API shows it, with its payments, also those that do not count."""
    with store.lock:
        invoice = find_invoice(store, handle)
        [method] = shown_methods(invoice, only_accounted=False)
        return {
            **_summary(invoice),
            "invoice": shown_invoice(store, invoice),
            "payments": method["payments"],
            "due": method["due"],
        }


def act(store: BTCPayStore, handle: str, action: str, body: Json) -> Json:
    """Make something happen to an invoice; the invoice afterwards.

    Raises KeyError for an unknown invoice or action, BTCPayError for what is impossible.
    """
    do = ACTIONS[action]
    with store.lock:
        invoice = find_invoice(store, handle)
        do(store, invoice, body)
        if invoice.id not in store.invoices:
            return {"id": invoice.id, "status": "forgotten"}
        return describe(store, invoice.id)


def _summary(invoice: Invoice) -> Json:
    return {
        "id": invoice.id,
        "status": invoice.status,
        "additional_status": invoice.additional,
        "order_id": invoice.metadata.get("orderId", ""),
        "amount": f"{invoice.amount:f} {invoice.currency}",
        "confirmations": [payment.confirmations for payment in invoice.live_payments],
    }


# --- payers and miners ----------------------------------------------------------------------


def _pay(store: BTCPayStore, invoice: Invoice, body: Json) -> None:
    """What is due, or `value` Bitcoin."""
    value = Decimal(str(body["value"])) if "value" in body else invoice.due
    if value <= 0:
        raise ValueError("nothing is due; say how much by `value`")
    invoices.receive(store, invoice, value, str(body.get("wallet") or FIRST_WALLET))


def _pay_part(part: Decimal, wallet: str) -> Callable[[BTCPayStore, Invoice, Json], None]:
    def pay(store: BTCPayStore, invoice: Invoice, body: Json) -> None:
        value = (invoice.price * part).quantize(SATOSHI)
        invoices.receive(store, invoice, value, wallet)

    return pay


def _pay_late(store: BTCPayStore, invoice: Invoice, body: Json) -> None:
    invoices.expire(store, invoice)
    _pay(store, invoice, body)


def _confirm(store: BTCPayStore, invoice: Invoice, body: Json) -> None:
    invoices.confirm(store, invoice, int(body.get("blocks", 1)))


def _confirm_all(store: BTCPayStore, invoice: Invoice, body: Json) -> None:
    invoices.confirm(store, invoice, max(invoice.confirmations_needed, 1))


def _forget(store: BTCPayStore, invoice: Invoice, body: Json) -> None:
    del store.invoices[invoice.id]


def _without_body(
    do: Callable[[BTCPayStore, Invoice], None],
) -> Callable[[BTCPayStore, Invoice, Json], None]:
    return lambda store, invoice, body: do(store, invoice)


def _mark(status: str) -> Callable[[BTCPayStore, Invoice, Json], None]:
    return lambda store, invoice, body: invoices.mark(store, invoice, status)


ACTIONS: dict[str, Callable[[BTCPayStore, Invoice, Json], None]] = {
    "pay": _pay,
    "pay_under": _pay_part(UNDER, FIRST_WALLET),
    "pay_over": _pay_part(OVER, FIRST_WALLET),
    "pay_late": _pay_late,
    "pay_again": _pay_part(Decimal(1), SECOND_WALLET),
    "confirm": _confirm,
    "confirm_all": _confirm_all,
    "invalidate": _without_body(invoices.invalidate),
    "expire": _without_body(invoices.expire),
    "stop_monitoring": _without_body(invoices.stop_monitoring),
    "mark_invalid": _mark("Invalid"),
    "mark_settled": _mark("Settled"),
    "forget": _forget,
}


# --- webhooks that should not be believed ---------------------------------------------------


def send_special(store: BTCPayStore, body: Json) -> Json:
    """Send a false or strange event about an invoice; the event that was sent.

    `how`: genuine | forged | unsigned | truncated | reserialised; `type`: any event type;
    `handle`: the invoice; `changes`: fields of the event to replace.
    """
    with store.lock:
        event = _special_event(store, body)
    text = json.dumps(event, indent=2)
    text, headers = SIGNATURES[str(body.get("how", "genuine"))](store, text)
    store.deliverer.publish(
        Message(
            event_id=event["deliveryId"],
            event_type=event["type"],
            body=text,
            handles=frozenset({event["deliveryId"], str(body.get("handle", ""))}),
            headers=headers,
        )
    )
    return event


def _special_event(store: BTCPayStore, body: Json) -> Json:
    handle, delivery_id = str(body.get("handle", "")), new_id()
    return {
        "deliveryId": delivery_id,
        "webhookId": store.config.btcpay_webhook_id,
        "originalDeliveryId": delivery_id,
        "isRedelivery": False,
        "type": str(body.get("type", "InvoiceSettled")),
        "timestamp": now(),
        "storeId": store.config.btcpay_store_id,
        "invoiceId": find_invoice(store, handle).id if handle else new_id(),
        "metadata": {},
        **(body.get("changes") or {}),
    }


Signed = tuple[str, dict[str, str]]


def _genuine(store: BTCPayStore, text: str) -> Signed:
    return text, webhook_headers(text, now(), secret=store.config.btcpay_webhook_secret)


def _forged(store: BTCPayStore, text: str) -> Signed:
    return text, webhook_headers(text, now(), secret=secrets.token_hex(8))


def _unsigned(store: BTCPayStore, text: str) -> Signed:
    return text, {"Content-Type": "application/json"}


def _truncated(store: BTCPayStore, text: str) -> Signed:
    text, headers = _genuine(store, text)
    return text, headers | {"BTCPay-Sig": headers["BTCPay-Sig"][:-8]}


def _reserialised(store: BTCPayStore, text: str) -> Signed:
    """The same event, signed, read and written again: other bytes than those that come."""
    digest = hmac.new(
        store.config.btcpay_webhook_secret.encode(),
        json.dumps(json.loads(text), separators=(",", ":")).encode(),
        hashlib.sha256,
    ).hexdigest()
    return text, {"Content-Type": "application/json", "BTCPay-Sig": f"sha256={digest}"}


SIGNATURES: dict[str, Callable[[BTCPayStore, str], Signed]] = {
    "genuine": _genuine,
    "forged": _forged,
    "unsigned": _unsigned,
    "truncated": _truncated,
    "reserialised": _reserialised,
}
