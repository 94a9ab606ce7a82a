"""One request to PayPal's API from its first byte to its last.

who is calling → what is asked → was it asked before → do it → say it. Faults strike between.

A PayPal-Request-Id that was seen before is answered with 200 and the *latest* state of what
it made; with another body it is refused. Refusals are not kept.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from pydantic import BaseModel, ValidationError

from sandbox.disconnect import drop_connection
from sandbox.faults import Fault, FaultKind, Where
from sandbox.paypal_api.account import PayPalAccount
from sandbox.paypal_api.distortion import distort
from sandbox.paypal_api.errors import Json, PayPalError, impossible, new_debug_id
from sandbox.paypal_api.tokens import check_token

KEYS_MAX = 100_000
MINIMAL = ("id", "status", "links")

Strike = Callable[[FaultKind], Fault | None]


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request that was understood: `id` from the address, and its checked body."""

    account: PayPalAccount
    id: str
    body: Any


@dataclass(frozen=True)
class Route:
    """An address under /paypal, what it takes and what it does; `created` for 201."""

    method: str
    path: str
    operation: str
    handler: Callable[[Call], Json]
    takes: type[BaseModel] | None = None
    created: bool = False


@dataclass(frozen=True)
class _Kept:
    body_hash: str
    result: Json  # the stored object itself: what it is later is what is answered later


class PayPalApi:
    """Answers requests for one account."""

    def __init__(self, account: PayPalAccount) -> None:
        self.account = account
        self.keys: dict[tuple[str, str], _Kept] = {}

    def serve(self, route: Route, object_id: str = "") -> Response:
        """The whole way of one request."""
        try:
            with self.account.lock:
                check_token(self.account)
            return self._answer(route, object_id)
        except PayPalError as error:
            return to_response(error.status, error.body)

    def _answer(self, route: Route, object_id: str) -> Response:
        call = Call(account=self.account, id=object_id, body=_body(route))
        strike = self._strike(route, object_id)
        if strike(FaultKind.RATE_LIMITED):
            raise PayPalError("RATE_LIMIT_REACHED")
        if fault := strike(FaultKind.SLOW):
            time.sleep(fault.seconds)
        if strike(FaultKind.ERROR_BEFORE):
            raise PayPalError("INTERNAL_SERVER_ERROR")
        status, shown = self._execute(route, call)
        if strike(FaultKind.ERROR_AFTER):
            raise PayPalError("INTERNAL_SERVER_ERROR")
        if fault := strike(FaultKind.ANSWER_LOST):
            time.sleep(fault.seconds)
            drop_connection()
        return to_response(status, shown)

    def _execute(self, route: Route, call: Call) -> tuple[int, Json]:
        with self.account.lock:
            result, is_replay = self._do_once(route, call)
            handles = self.account.handles(result)
            shown = distort(self.account.faults, result, handles, Where.ANSWERS)
        if route.created and "return=representation" not in request.headers.get("Prefer", ""):
            shown = {name: shown[name] for name in MINIMAL}
        return (201 if route.created and not is_replay else 200), shown

    def _do_once(self, route: Route, call: Call) -> tuple[Json, bool]:
        request_id = request.headers.get("PayPal-Request-Id")
        if not request_id or not route.created:
            return route.handler(call), False
        key = (request.path, request_id)
        body_hash = hashlib.sha256(request.data).hexdigest()
        if kept := self.keys.get(key):
            if kept.body_hash != body_hash:
                raise impossible("DUPLICATE_REQUEST_ID")
            return kept.result, True
        result = route.handler(call)
        if len(self.keys) >= KEYS_MAX:
            del self.keys[next(iter(self.keys))]
        self.keys[key] = _Kept(body_hash, result)
        return result, False

    def _strike(self, route: Route, object_id: str) -> Strike:
        account = self.account
        with account.lock:
            asked = request.get_json(silent=True) or {}
            named = {"id": object_id, "asked": asked}
            handles = account.handles(named) if object_id else frozenset(_leaves(asked))

        def strike(kind: FaultKind) -> Fault | None:
            return account.faults.take(kind, handles=handles, operation=route.operation)

        return strike


def to_response(status: int, body: Json) -> Response:
    """JSON as PayPal sends it; errors carry the debug id in their body too."""
    debug_id = new_debug_id()
    if status >= 400 and "name" in body:
        body = {**body, "debug_id": debug_id}
    response = Response(json.dumps(body), status, mimetype="application/json")
    response.headers["PayPal-Debug-Id"] = debug_id
    return response


def _body(route: Route) -> BaseModel | None:
    """The checked body; none for a call that takes none. Raises PayPalError (400)."""
    if route.takes is None:
        return None
    try:
        return route.takes.model_validate(json.loads(request.data or b"{}"))
    except ValidationError as error:
        first = error.errors()[0]
        field = "/" + "/".join(str(part) for part in first["loc"])
        is_missing = first["type"] == "missing"
        issue = "MISSING_REQUIRED_PARAMETER" if is_missing else "INVALID_PARAMETER_SYNTAX"
        raise PayPalError("INVALID_REQUEST", issue, field=field) from error
    except ValueError:
        raise PayPalError("INVALID_REQUEST", "MALFORMED_REQUEST_JSON") from None


def _leaves(node: Any) -> set[str]:
    if isinstance(node, dict):
        return set().union(*(_leaves(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(_leaves(value) for value in node))
    return {str(node)}
