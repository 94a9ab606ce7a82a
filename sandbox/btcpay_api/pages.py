"""/btcpay/i/<invoice>: the checkout, and on the same page what payers and miners may do."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.btcpay_api import steering
from sandbox.btcpay_api.account import PREFIX, BTCPayStore, Invoice
from sandbox.btcpay_api.errors import BTCPayError

POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'"
# in the order of the page
BUTTONS = {
    "pay": "Pay exactly what is due",
    "pay_under": "Pay too little",
    "pay_over": "Pay too much",
    "pay_late": "Pay after the rate has expired",
    "pay_again": "Pay all of it from a second wallet",
    "expire": "Let the rate expire",
    "confirm": "One more confirmation",
    "confirm_all": "All confirmations",
    "invalidate": "The last payment is spent twice",
    "stop_monitoring": "Stop watching for payments",
}


def btcpay_pages_blueprint(store: BTCPayStore) -> Blueprint:
    blueprint = Blueprint("btcpay_pages", __name__, url_prefix=PREFIX)

    @blueprint.get("/i/<invoice_id>")
    def checkout(invoice_id: str) -> ResponseReturnValue:
        with store.lock:
            return _page(_invoice(store, invoice_id), request.args.get("problem", ""))

    @blueprint.post("/i/<invoice_id>")
    def press(invoice_id: str) -> ResponseReturnValue:
        with store.lock:
            invoice, action = _invoice(store, invoice_id), request.form.get("action", "")
            if action not in BUTTONS:
                abort(400)
            try:
                steering.act(store, invoice.id, action, {})
            except (BTCPayError, KeyError, ValueError) as error:
                return _page(invoice, str(error))
        return redirect(f"{PREFIX}/i/{invoice_id}", code=303)

    return blueprint


def _invoice(store: BTCPayStore, invoice_id: str) -> Invoice:
    invoice = store.invoices.get(invoice_id)
    if invoice is None:
        abort(404)
    return invoice


def _page(invoice: Invoice, problem: str) -> ResponseReturnValue:
    page = render_template(
        "btcpay_checkout.html",
        invoice=invoice,
        due=f"{max(invoice.due, invoice.due * 0):f}",
        buttons=BUTTONS,
        back=invoice.checkout.get("redirectURL"),
        problem=problem,
    )
    return page, 200, {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
