"""Invoices as the API shows them."""

from __future__ import annotations

import copy
from decimal import Decimal

from sandbox.btcpay_api.account import METHOD, RATE, BTCPayStore, Invoice, Payment
from sandbox.btcpay_api.errors import Json

WITHOUT_DECIMALS = {"JPY", "KRW"}
_MARKABLE = {
    "New": ["Settled", "Invalid"],
    "Processing": ["Settled", "Invalid"],
    "Settled": ["Invalid"],
    "Expired": ["Settled"],
    "Invalid": ["Settled"],
}


def markable_as(invoice: Invoice) -> list[str]:
    """The statuses that it can be given by hand."""
    return [] if invoice.additional == "Marked" else _MARKABLE[invoice.status]


def shown_invoice(store: BTCPayStore, invoice: Invoice) -> Json:
    places = 0 if invoice.currency in WITHOUT_DECIMALS else 2
    return {
        "id": invoice.id,
        "storeId": store.config.btcpay_store_id,
        "amount": f"{invoice.amount:.{places}f}",
        "paidAmount": f"{invoice.paid * RATE:.{places}f}",
        "currency": invoice.currency,
        "type": "Standard",
        "checkoutLink": f"{store.url}/i/{invoice.id}",
        "createdTime": invoice.created,
        "expirationTime": invoice.expires,
        "monitoringExpiration": invoice.monitored_until,
        "status": invoice.status,
        "additionalStatus": invoice.additional,
        "availableStatusesForManualMarking": markable_as(invoice),
        "archived": False,
        "metadata": copy.deepcopy(invoice.metadata),
        "checkout": dict(invoice.checkout),
    }


def shown_methods(invoice: Invoice, *, only_accounted: bool) -> list[Json]:
    """One way to pay it: Bitcoin on its own chain."""
    paid = sum((payment.value for payment in invoice.live_payments), Decimal(0))
    counted = invoice.live_payments if only_accounted else invoice.payments
    return [
        {
            "paymentMethodId": METHOD,
            "currency": "BTC",
            "destination": invoice.destination,
            "paymentLink": f"bitcoin:{invoice.destination}?amount={max(invoice.due, Decimal(0)):f}",
            "rate": f"{RATE:f}",
            "paymentMethodPaid": f"{paid:f}",
            "totalPaid": f"{paid:f}",
            "due": f"{invoice.due:f}",
            "amount": f"{invoice.due + paid:f}",
            "paymentMethodFee": "0",
            "payments": [shown_payment(invoice, payment) for payment in counted],
            "activated": True,
            "additionalData": {"keyPath": "0/1", "payjoinEnabled": False},
        }
    ]


def shown_payment(invoice: Invoice, payment: Payment) -> Json:
    return {
        "id": payment.id,
        "receivedDate": payment.received,
        "value": f"{payment.value:f}",
        "fee": f"{payment.fee:f}",
        "status": payment.status,
        "destination": invoice.destination,
    }


def shown_transaction(payment: Payment) -> Json:
    """As the store's wallet shows the transaction: only there confirmations are counted."""
    is_confirmed = payment.confirmations > 0
    return {
        "transactionHash": payment.id.partition("-")[0],
        "comment": "",
        "amount": f"{payment.value:f}",
        "confirmations": str(payment.confirmations),
        "timestamp": payment.received,
        "status": "Confirmed" if is_confirmed else "Unconfirmed",
    }
