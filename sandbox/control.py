"""The JSON API by which tests and people steer the sandbox: /sandbox/api/…

A payment is named by its id or by any value in its metadata; a PayPal order, under paypal/, by
its id, by our own ids in it, or by those of its captures and refunds; a BTCPay invoice, under
btcpay/, by its id, its metadata or its payments' ids.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from sandbox.btcpay_api import steering as btcpay_steering
from sandbox.btcpay_api.errors import BTCPayError
from sandbox.faults import Fault
from sandbox.paypal_api import steering as paypal_steering
from sandbox.paypal_api.errors import PayPalError
from sandbox.paypal_api.tokens import expire_tokens
from sandbox.stripe_api import steering
from sandbox.stripe_api.errors import Json, StripeError
from sandbox.webhooks import Deliverer, Delivery

if TYPE_CHECKING:
    from sandbox.app import World

WAIT_SECONDS_MAX = 60.0
NOTHING: ResponseReturnValue = ("", 204)


def control_blueprint(world: World) -> Blueprint:
    """All addresses of the control API, bound to one world."""
    blueprint = Blueprint("control", __name__, url_prefix="/sandbox/api")
    _add_faults(blueprint, world)
    _add_payments(blueprint, world)
    _add_paypal(blueprint, world)
    _add_btcpay(blueprint, world)
    _add_webhooks(blueprint, world)

    @blueprint.post("/reset")
    def reset() -> ResponseReturnValue:
        world.reset()
        return NOTHING

    blueprint.register_error_handler(ValidationError, _bad_request)
    blueprint.register_error_handler(ValueError, _bad_request)
    blueprint.register_error_handler(KeyError, _not_found)
    blueprint.register_error_handler(StripeError, _refused)
    blueprint.register_error_handler(PayPalError, _refused)
    blueprint.register_error_handler(BTCPayError, _refused)
    return blueprint


def _add_faults(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/faults")
    def list_faults() -> ResponseReturnValue:
        return jsonify([fault.model_dump() for fault in world.faults.all()])

    @blueprint.post("/faults")
    def add_fault() -> ResponseReturnValue:
        fault = Fault.model_validate(_body())
        world.faults.add(fault)
        return jsonify(fault.model_dump()), 201

    @blueprint.delete("/faults")
    def clear_faults() -> ResponseReturnValue:
        world.faults.clear()
        return NOTHING

    @blueprint.delete("/faults/<fault_id>")
    def remove_fault(fault_id: str) -> ResponseReturnValue:
        world.faults.remove(fault_id)
        return NOTHING


def _add_payments(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/payments")
    def list_payments() -> ResponseReturnValue:
        return jsonify(steering.all_payments(world.account))

    @blueprint.get("/payments/<handle>")
    def show_payment(handle: str) -> ResponseReturnValue:
        return jsonify(steering.describe(world.account, handle))

    @blueprint.post("/payments/<handle>/<action>")
    def act_on_payment(handle: str, action: str) -> ResponseReturnValue:
        return jsonify(steering.act(world.account, handle, action, _body()))

    @blueprint.post("/forget-idempotency-keys")
    def forget_idempotency_keys() -> ResponseReturnValue:
        world.api.keys.clear()
        return NOTHING


def _add_paypal(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/paypal/orders")
    def list_orders() -> ResponseReturnValue:
        return jsonify(paypal_steering.all_orders(world.paypal))

    @blueprint.get("/paypal/orders/<handle>")
    def show_order(handle: str) -> ResponseReturnValue:
        return jsonify(paypal_steering.describe(world.paypal, handle))

    @blueprint.post("/paypal/orders/<handle>/<action>")
    def act_on_order(handle: str, action: str) -> ResponseReturnValue:
        return jsonify(paypal_steering.act(world.paypal, handle, action, _body()))

    @blueprint.post("/paypal/expire-tokens")
    def expire() -> ResponseReturnValue:
        with world.paypal.lock:
            expire_tokens(world.paypal)
        return NOTHING

    @blueprint.post("/paypal/forget-request-ids")
    def forget_request_ids() -> ResponseReturnValue:
        with world.paypal.lock:
            world.paypal_api.keys.clear()
        return NOTHING

    @blueprint.post("/paypal/webhooks/send")
    def send_paypal() -> ResponseReturnValue:
        return jsonify(paypal_steering.send_special(world.paypal, _body()))


def _add_btcpay(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/btcpay/invoices")
    def list_invoices() -> ResponseReturnValue:
        return jsonify(btcpay_steering.all_invoices(world.btcpay))

    @blueprint.get("/btcpay/invoices/<handle>")
    def show_invoice(handle: str) -> ResponseReturnValue:
        return jsonify(btcpay_steering.describe(world.btcpay, handle))

    @blueprint.post("/btcpay/invoices/<handle>/<action>")
    def act_on_invoice(handle: str, action: str) -> ResponseReturnValue:
        return jsonify(btcpay_steering.act(world.btcpay, handle, action, _body()))

    @blueprint.post("/btcpay/webhooks/send")
    def send_btcpay() -> ResponseReturnValue:
        return jsonify(btcpay_steering.send_special(world.btcpay, _body()))


def _add_webhooks(blueprint: Blueprint, world: World) -> None:
    @blueprint.get("/deliveries")
    def list_deliveries() -> ResponseReturnValue:
        found = _deliverer(world, request.args.get("gateway", "card")).deliveries(
            handle=request.args.get("handle", ""), event_type=request.args.get("event_type", "")
        )
        return jsonify([_shown(delivery) for delivery in found])

    @blueprint.post("/deliveries/<delivery_id>/resend")
    def resend(delivery_id: str) -> ResponseReturnValue:
        world.deliverer_of(delivery_id).resend(delivery_id)
        return NOTHING

    @blueprint.post("/webhooks/release")
    def release() -> ResponseReturnValue:
        released = sum(deliverer.release() for deliverer in world.deliverers.values())
        return jsonify({"released": released})

    @blueprint.post("/webhooks/idle")
    def wait_until_idle() -> ResponseReturnValue:
        body = _body()
        seconds = min(float(body.get("timeout_seconds", 10)), WAIT_SECONDS_MAX)
        with_retries = bool(body.get("with_retries"))
        idle = [
            deliverer.wait_until_idle(seconds, with_retries=with_retries)
            for deliverer in world.deliverers.values()
        ]
        return jsonify({"idle": all(idle)})

    @blueprint.post("/webhooks/endpoint")
    def set_endpoint() -> ResponseReturnValue:
        body = _body()
        _deliverer(world, str(body.get("gateway", "card"))).endpoint.url = str(body["url"])
        return NOTHING

    @blueprint.post("/webhooks/send")
    def send() -> ResponseReturnValue:
        return jsonify(steering.send_special(world.account, _body()))


def _deliverer(world: World, gateway: str) -> Deliverer:
    """Raises KeyError for a gateway that sends no webhooks."""
    return world.deliverers[gateway]


def _body() -> Json:
    body = request.get_json(silent=True) if request.data else {}
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")
    return body


def _shown(delivery: Delivery) -> Json:
    message = delivery.message
    return {
        "id": delivery.id,
        "event_id": message.event_id,
        "event_type": message.event_type,
        "status": delivery.status,
        "body": message.body,
        "attempts": [dataclasses.asdict(attempt) for attempt in delivery.attempts],
    }


def _bad_request(error: Any) -> ResponseReturnValue:
    return jsonify({"error": str(error)}), 400


def _not_found(error: Any) -> ResponseReturnValue:
    return jsonify({"error": f"unknown: {error}"}), 404


def _refused(error: Any) -> ResponseReturnValue:
    return jsonify({"error": str(error)}), error.status
