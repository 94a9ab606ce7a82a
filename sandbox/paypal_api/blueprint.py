"""Puts the token call and every route of the API under /paypal, a 404 for the rest."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from sandbox.paypal_api.account import PREFIX
from sandbox.paypal_api.errors import PayPalError, not_found
from sandbox.paypal_api.http import PayPalApi, Route, to_response
from sandbox.paypal_api.routes import ROUTES
from sandbox.paypal_api.tokens import RefusedClient, issue_token


def paypal_blueprint(api: PayPalApi) -> Blueprint:
    blueprint = Blueprint("paypal_api", __name__, url_prefix=PREFIX)
    for route in ROUTES:
        _add(blueprint, api, route)

    @blueprint.post("/v1/oauth2/token")
    def token() -> ResponseReturnValue:
        try:
            with api.account.lock:
                return to_response(200, issue_token(api.account))
        except RefusedClient as refusal:
            return to_response(401, refusal.body)
        except PayPalError as error:
            return to_response(error.status, error.body)

    @blueprint.route("/v<version>/<path:rest>", methods=["GET", "POST", "PATCH", "DELETE"])
    def unknown(version: str, rest: str) -> ResponseReturnValue:
        return to_response(404, not_found().body)

    return blueprint


def _add(blueprint: Blueprint, api: PayPalApi, route: Route) -> None:
    def view(id: str = "") -> ResponseReturnValue:  # noqa: A002 - the address names it so
        return api.serve(route, id)

    name = route.operation.replace(".", "_")
    blueprint.add_url_rule(route.path, name, view, methods=[route.method])
