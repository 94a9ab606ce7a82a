"""The same for people: /sandbox/ lists payments, webhooks and faults with their buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from sandbox.btcpay_api import steering as btcpay_steering
from sandbox.btcpay_api.errors import BTCPayError
from sandbox.faults import Fault, FaultKind
from sandbox.paypal_api import steering as paypal_steering
from sandbox.paypal_api.errors import PayPalError
from sandbox.stripe_api import steering
from sandbox.stripe_api.cards import TEST_CARDS
from sandbox.stripe_api.errors import StripeError

if TYPE_CHECKING:
    from sandbox.app import World

ROWS_MAX = 50
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'"


def control_page_blueprint(world: World) -> Blueprint:
    """/sandbox/ and the forms on it."""
    blueprint = Blueprint("control_page", __name__, url_prefix="/sandbox")

    @blueprint.get("/")
    def show() -> ResponseReturnValue:
        page = render_template(
            "control.html",
            payments=steering.all_payments(world.account)[:ROWS_MAX],
            orders=paypal_steering.all_orders(world.paypal)[:ROWS_MAX],
            order_actions=list(paypal_steering.ACTIONS),
            invoices=btcpay_steering.all_invoices(world.btcpay)[:ROWS_MAX],
            invoice_actions=list(btcpay_steering.ACTIONS),
            deliveries=[
                delivery
                for deliverer in world.deliverers.values()
                for delivery in deliverer.deliveries()[: -ROWS_MAX - 1 : -1]
            ],
            faults=world.faults.all(),
            kinds=list(FaultKind),
            actions=list(steering.ACTIONS),
            cards=TEST_CARDS,
            endpoints=[d.endpoint.url for d in world.deliverers.values() if d.endpoint.url],
            problem=request.args.get("problem", ""),
        )
        return page, 200, {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}

    @blueprint.post("/faults")
    def add_fault() -> ResponseReturnValue:
        given = {name: value for name, value in request.form.items() if value}
        try:
            world.faults.add(Fault.model_validate(given))
        except ValidationError as error:
            return _back(error.errors()[0]["msg"])
        return _back()

    @blueprint.post("/faults/<fault_id>/remove")
    def remove_fault(fault_id: str) -> ResponseReturnValue:
        world.faults.remove(fault_id)
        return _back()

    @blueprint.post("/payments/<handle>/act")
    def act(handle: str) -> ResponseReturnValue:
        try:
            steering.act(world.account, handle, request.form.get("action", ""), {})
        except (StripeError, KeyError) as error:
            return _back(str(error))
        return _back()

    @blueprint.post("/orders/<handle>/act")
    def act_on_order(handle: str) -> ResponseReturnValue:
        try:
            paypal_steering.act(world.paypal, handle, request.form.get("action", ""), {})
        except (PayPalError, KeyError) as error:
            return _back(str(error))
        return _back()

    @blueprint.post("/invoices/<handle>/act")
    def act_on_invoice(handle: str) -> ResponseReturnValue:
        try:
            btcpay_steering.act(world.btcpay, handle, request.form.get("action", ""), {})
        except (BTCPayError, KeyError, ValueError) as error:
            return _back(str(error))
        return _back()

    @blueprint.post("/deliveries/<delivery_id>/resend")
    def resend(delivery_id: str) -> ResponseReturnValue:
        try:
            world.deliverer_of(delivery_id).resend(delivery_id)
        except KeyError:
            return _back("That delivery is no longer in the log.")
        return _back()

    @blueprint.post("/webhooks/release")
    def release() -> ResponseReturnValue:
        for deliverer in world.deliverers.values():
            deliverer.release()
        return _back()

    @blueprint.post("/reset")
    def reset() -> ResponseReturnValue:
        world.reset()
        return _back()

    return blueprint


def _back(problem: str = "") -> ResponseReturnValue:
    return redirect(url_for(".show", problem=problem or None), code=303)
