"""Puts every route of the API under /v1."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from sandbox.stripe_api.account import CURRENT_REQUEST, RequestFacts, new_id
from sandbox.stripe_api.errors import invalid_request
from sandbox.stripe_api.http import Api, Route, to_response
from sandbox.stripe_api.idempotency import Answer
from sandbox.stripe_api.routes import (
    customers,
    disputes,
    events,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
)

RESOURCES = (
    customers,
    payment_intents,
    setup_intents,
    payment_methods,
    refunds,
    disputes,
    events,
)


def api_blueprint(api: Api) -> Blueprint:
    """The API's addresses, a 404 in Stripe's shape for the rest, open to scripts anywhere."""
    blueprint = Blueprint("stripe_api", __name__, url_prefix="/v1")
    for resource in RESOURCES:
        for route in resource.ROUTES:
            _add(blueprint, api, route)
    blueprint.add_url_rule("/<path:rest>", view_func=_unknown, methods=["GET", "POST", "DELETE"])
    blueprint.after_request(_allow_scripts)
    return blueprint


def _add(blueprint: Blueprint, api: Api, route: Route) -> None:
    def view(id: str = "") -> ResponseReturnValue:  # noqa: A002 - the address names it so
        return api.serve(route, id)

    blueprint.add_url_rule(
        route.path, route.operation.replace(".", "_"), view, methods=[route.method]
    )


def _unknown(rest: str) -> ResponseReturnValue:
    error = invalid_request(
        f"Unrecognized request URL ({request.method}: /v1/{rest}). Please see "
        "https://stripe.com/docs or we can help at https://support.stripe.com/.",
        status=404,
    )
    facts = CURRENT_REQUEST.get()
    answer = Answer(status=404, body=error.body)
    return to_response(answer, RequestFacts(id=facts.id or new_id("req")))


def _allow_scripts(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Stripe-Version"
    response.headers["Access-Control-Expose-Headers"] = "Request-Id, Idempotent-Replayed"
    response.headers["Access-Control-Max-Age"] = "300"
    return response
