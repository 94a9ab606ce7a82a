"""/paypal/checkoutnow: where the payer looks at the order and agrees, or not."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.paypal_api import orders
from sandbox.paypal_api.account import PREFIX, PayPalAccount, WayBack
from sandbox.paypal_api.errors import Json

POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
ANSWERS = {"pay", "pay_and_close", "cancel"}


def paypal_pages_blueprint(account: PayPalAccount) -> Blueprint:
    blueprint = Blueprint("paypal_pages", __name__, url_prefix=PREFIX)

    @blueprint.get("/checkoutnow")
    def review() -> ResponseReturnValue:
        with account.lock:
            return _page(account, _order(account))

    @blueprint.post("/checkoutnow")
    def answer() -> ResponseReturnValue:
        how = request.form.get("answer", "")
        if how not in ANSWERS:
            abort(400)
        with account.lock:
            order = _order(account)
            if how != "cancel":
                orders.approve(account, order, request.form.get("email") or orders.PAYER_EMAIL)
            address = _way_back(account, order, how)
            return redirect(address, code=303) if address else _page(account, order)

    return blueprint


def _order(account: PayPalAccount) -> Json:
    order = account.orders.get(request.args.get("token", ""))
    if order is None:
        abort(404)
    return order


def _way_back(account: PayPalAccount, order: Json, how: str) -> str:
    """With the order's id as `token`, as PayPal adds it; "" to stay on the page."""
    back = account.ways_back.get(order["id"], WayBack())
    address = {"pay": back.return_url, "cancel": back.cancel_url}.get(how, "")
    if not address:
        return ""
    facts = {"token": order["id"]}
    if how == "pay":
        facts["PayerID"] = order["payer"]["payer_id"]
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *facts.items()])
    return urlunsplit(parts._replace(query=query))


def _page(account: PayPalAccount, order: Json) -> ResponseReturnValue:
    value, currency = orders.amount_of(order)
    page = render_template(
        "paypal_checkout.html",
        order=order,
        unit=order["purchase_units"][0],
        amount=f"{value:,f} {currency}",
        is_open=orders.is_open(account, order),
        email=orders.PAYER_EMAIL,
    )
    return page, 200, {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
