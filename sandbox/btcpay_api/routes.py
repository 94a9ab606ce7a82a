"""Every call that the sandbox answers."""

from __future__ import annotations

from flask import request

from sandbox.btcpay_api import invoices
from sandbox.btcpay_api.account import Invoice
from sandbox.btcpay_api.distortion import distort
from sandbox.btcpay_api.errors import Json, invalid, problem
from sandbox.btcpay_api.http import Call, Route
from sandbox.btcpay_api.requests import InvoiceRequest, StatusRequest
from sandbox.btcpay_api.shown import shown_invoice, shown_methods, shown_transaction

TAKE_DEFAULT = 50


def _shown(call: Call, invoice: Invoice) -> Json:
    return distort(call.store.faults, shown_invoice(call.store, invoice), invoice.handles)


def _named(call: Call) -> Invoice:
    return call.store.find(call.places["invoice"])


def _create(call: Call) -> Json:
    return _shown(call, invoices.create_invoice(call.store, call.body))


def _get(call: Call) -> Json:
    return _shown(call, _named(call))


def _list(call: Call) -> list[Json]:
    """Newest first; `orderId` and `status` may be given repeatedly."""
    orders, statuses = request.args.getlist("orderId"), request.args.getlist("status")
    first, last = _whole("startDate", 0), _whole("endDate", 2**40)
    found = [
        invoice
        for invoice in reversed(call.store.invoices.values())
        if (not orders or invoice.metadata.get("orderId") in orders)
        and (not statuses or invoice.status in statuses)
        and first <= invoice.created <= last
    ]
    skip = _whole("skip", 0)
    return [_shown(call, one) for one in found[skip : skip + _whole("take", TAKE_DEFAULT)]]


def _methods(call: Call) -> list[Json]:
    only_accounted = request.args.get("onlyAccountedPayments", "true") != "false"
    return shown_methods(_named(call), only_accounted=only_accounted)


def _mark(call: Call) -> Json:
    invoice = _named(call)
    invoices.mark(call.store, invoice, call.body.status)
    return _shown(call, invoice)


def _transaction(call: Call) -> Json:
    for invoice in call.store.invoices.values():
        for payment in invoice.payments:
            if payment.id.startswith(call.places["transaction"] + "-"):
                return shown_transaction(payment)
    raise problem(404, "transaction-not-found", "The transaction was not found.")


def _whole(name: str, default: int) -> int:
    text = request.args.get(name, str(default))
    if not text.isdecimal():
        raise invalid(name, "Not a whole number")
    return int(text)


STORE = "/api/v1/stores/<store>"
INVOICE = "/api/v1/invoices/<invoice>"
WALLET = f"{STORE}/payment-methods/<method>/wallet"
ROUTES = [
    Route("POST", f"{STORE}/invoices", "invoices.create", _create, InvoiceRequest),
    Route("GET", f"{STORE}/invoices", "invoices.list", _list),
    Route("GET", INVOICE, "invoices.get", _get),
    Route("GET", f"{INVOICE}/payment-methods", "invoices.payment_methods", _methods),
    Route("POST", f"{INVOICE}/status", "invoices.mark", _mark, StatusRequest),
    Route("GET", f"{WALLET}/transactions/<transaction>", "wallet.transaction", _transaction),
]
