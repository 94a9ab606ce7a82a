"""One request to BTCPay's API from its first byte to its last.

who is calling → what is asked → do it → say it. Faults strike between. BTCPay knows no
idempotency keys: the same request twice makes two invoices.
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from pydantic import BaseModel, ValidationError

from sandbox.btcpay_api.account import BTCPayStore
from sandbox.btcpay_api.errors import BTCPayError, Json, invalid, not_allowed, problem
from sandbox.disconnect import drop_connection
from sandbox.faults import FaultKind


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request that was understood: the places of its address, and its checked body."""

    store: BTCPayStore
    places: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Route:
    """An address under /btcpay, what it takes and what it does."""

    method: str
    path: str
    operation: str
    handler: Callable[[Call], Json | list[Json]]
    takes: type[BaseModel] | None = None


def serve(store: BTCPayStore, route: Route, places: dict[str, str]) -> Response:
    """The whole way of one request."""
    try:
        _check_key(store)
        if places.get("store", store.config.btcpay_store_id) != store.config.btcpay_store_id:
            raise not_allowed()
        return _answer(Call(store=store, places=places, body=_body(route)), route)
    except BTCPayError as error:
        return to_response(error.status, error.body)


def _answer(call: Call, route: Route) -> Response:
    handles = _handles(call)

    def strikes(kind: FaultKind) -> float | None:
        """For how many seconds it strikes, or None."""
        fault = call.store.faults.take(kind, handles=handles, operation=route.operation)
        return fault.seconds if fault else None

    if strikes(FaultKind.RATE_LIMITED) is not None:
        raise problem(429, "rate-limited", "Too many requests")
    if seconds := strikes(FaultKind.SLOW):
        time.sleep(seconds)
    if strikes(FaultKind.ERROR_BEFORE) is not None:
        raise problem(500, "internal-error", "An internal server error occurred")
    with call.store.lock:
        shown = route.handler(call)
    if strikes(FaultKind.ERROR_AFTER) is not None:
        raise problem(500, "internal-error", "An internal server error occurred")
    if (seconds := strikes(FaultKind.ANSWER_LOST)) is not None:
        time.sleep(seconds)
        drop_connection()
    return to_response(200, shown)


def to_response(status: int, body: Json | list[Json]) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")


def _check_key(store: BTCPayStore) -> None:
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"token {store.config.btcpay_api_key}".encode()):
        raise problem(
            401, "unauthenticated", "Authentication is required for accessing this endpoint"
        )


def _handles(call: Call) -> frozenset[str]:
    """The invoice that the address names, or what a new one is asked to carry."""
    with call.store.lock:
        known = call.store.invoices.get(call.places.get("invoice", ""))
    if known:
        return known.handles
    asked = getattr(call.body, "metadata", {})
    return frozenset([*request.args.getlist("orderId"), *map(str, asked.values())])


def _body(route: Route) -> BaseModel | None:
    """The checked body; none for a call that takes none. Raises BTCPayError."""
    if route.takes is None:
        return None
    try:
        return route.takes.model_validate(json.loads(request.data or b"{}"))
    except ValidationError as error:
        first = error.errors()[0]
        raise invalid(".".join(map(str, first["loc"])), first["msg"]) from error
    except ValueError:
        raise invalid("", "The body is not JSON") from None
