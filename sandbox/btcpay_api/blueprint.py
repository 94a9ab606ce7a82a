"""Puts every route of the API under /btcpay, a 404 for the rest."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from sandbox.btcpay_api.account import PREFIX, BTCPayStore
from sandbox.btcpay_api.errors import not_found
from sandbox.btcpay_api.http import Route, serve, to_response
from sandbox.btcpay_api.routes import ROUTES


def btcpay_blueprint(store: BTCPayStore) -> Blueprint:
    blueprint = Blueprint("btcpay_api", __name__, url_prefix=PREFIX)
    for route in ROUTES:
        _add(blueprint, store, route)

    @blueprint.route("/api/<path:rest>", methods=["GET", "POST", "PUT", "DELETE"])
    def unknown(rest: str) -> ResponseReturnValue:
        return to_response(404, not_found().body)

    return blueprint


def _add(blueprint: Blueprint, store: BTCPayStore, route: Route) -> None:
    def view(**places: str) -> ResponseReturnValue:
        return serve(store, route, places)

    name = route.operation.replace(".", "_")
    blueprint.add_url_rule(route.path, name, view, methods=[route.method])
