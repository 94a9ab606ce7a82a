"""One request to the API from its first byte to its last, in the order Stripe does it:

who is calling → what is asked → was it asked before → do it → remember the answer → say it.
Faults strike between these steps.
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from sandbox.disconnect import drop_connection
from sandbox.faults import Fault, FaultKind, Where
from sandbox.stripe_api import forms, params
from sandbox.stripe_api.account import (
    API_VERSION,
    CURRENT_REQUEST,
    Account,
    RequestFacts,
    new_id,
)
from sandbox.stripe_api.distortion import distort
from sandbox.stripe_api.errors import (
    Json,
    StripeError,
    api_error,
    invalid_request,
    rate_limited,
)
from sandbox.stripe_api.idempotency import Answer, IdempotencyKeys
from sandbox.stripe_api.views import expanded, for_browser


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request that was understood: `id` from the address, checked parameters, who calls."""

    account: Account
    id: str
    params: Json
    is_browser: bool  # a publishable key and a client secret, nothing more
    client_secret: str


@dataclass(frozen=True)
class Route:
    """An address under /v1 (with `<id>` for the object), what it takes and what it does."""

    method: str
    path: str
    operation: str
    params: type
    handler: Callable[[Call], Json]
    for_browsers: bool = False


class Api:
    """Answers requests for one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.keys = IdempotencyKeys()

    def serve(self, route: Route, object_id: str = "") -> Response:
        """The whole way of one request."""
        facts = RequestFacts(
            id=new_id("req"), idempotency_key=request.headers.get("Idempotency-Key")
        )
        token = CURRENT_REQUEST.set(facts)
        try:
            answer = self._answer(route, object_id, facts)
        except StripeError as error:
            answer = Answer(status=error.status, body=error.body, headers=error.headers)
        finally:
            CURRENT_REQUEST.reset(token)
        return to_response(answer, facts)

    def _answer(self, route: Route, object_id: str, facts: RequestFacts) -> Answer:
        raw = forms.decode(_fields())
        call = self._understand(route, object_id, raw)
        strike = self._strike(route, object_id, raw)
        if strike(FaultKind.RATE_LIMITED):
            raise rate_limited()
        key = facts.idempotency_key if request.method == "POST" else None
        if key and (kept := self.keys.begin(key, request.path, raw)):
            return Answer(
                status=kept.status,
                body=kept.body,
                headers=kept.headers | {"Idempotent-Replayed": "true"},
            )
        return self._do_once(route, call, strike, key)

    def _do_once(
        self, route: Route, call: Call, strike: Callable[[FaultKind], Fault | None], key: str | None
    ) -> Answer:
        if fault := strike(FaultKind.SLOW):
            time.sleep(fault.seconds)
        if strike(FaultKind.ERROR_BEFORE):
            self._forget(key)
            raise api_error(should_retry=True)
        try:
            answer = self._execute(route, call)
        except BaseException:
            self._forget(key)
            raise
        if strike(FaultKind.ERROR_AFTER):
            error = api_error(should_retry=False)
            answer = Answer(status=error.status, body=error.body, headers=error.headers)
        if key:
            self.keys.finish(key, answer)
        if fault := strike(FaultKind.ANSWER_LOST):
            time.sleep(fault.seconds)
            drop_connection()
        return answer

    def _forget(self, key: str | None) -> None:
        if key:
            self.keys.abandon(key)

    def _execute(self, route: Route, call: Call) -> Answer:
        try:
            with self.account.lock:
                result = route.handler(call)
                shown = expanded(self.account, result, call.params.get("expand", []))
                return Answer(status=200, body=self._told(shown, call))
        except StripeError as error:
            body = self._told(error.body, call)
            return Answer(status=error.status, body=body, headers=error.headers)

    def _told(self, body: Json, call: Call) -> Json:
        shown = distort(self.account, body, Where.ANSWERS)
        return for_browser(shown) if call.is_browser else shown

    def _understand(self, route: Route, object_id: str, raw: Json) -> Call:
        is_browser = self._identify(raw)
        if is_browser and not route.for_browsers:
            raise invalid_request(
                "This API call cannot be made with a publishable API key. Please use a secret "
                "API key. You can find a list of your API keys at "
                "https://dashboard.stripe.com/account/apikeys.",
                code="secret_key_required",
                status=401,
            )
        secret = str(raw.pop("client_secret", "")) if is_browser else ""
        return Call(
            account=self.account,
            id=object_id,
            params=params.check(route.params, raw),
            is_browser=is_browser,
            client_secret=secret,
        )

    def _identify(self, raw: Json) -> bool:
        """True for the publishable key, False for the secret one. Raises 401 for any other."""
        key = _bearer_key() or str(raw.get("key", ""))
        raw.pop("key", None)
        if not key:
            raise _unauthorized(
                "You did not provide an API key. You need to provide your API key in the "
                "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
                "YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details."
            )
        if hmac.compare_digest(key.encode(), self.account.config.secret_key.encode()):
            return False
        if key == self.account.config.publishable_key:
            return True
        raise _unauthorized(f"Invalid API Key provided: {key[:8]}{'*' * 8}{key[-4:]}")

    def _strike(
        self, route: Route, object_id: str, raw: Json
    ) -> Callable[[FaultKind], Fault | None]:
        with self.account.lock:
            handles = {object_id, *_leaves(raw)}
            for name in list(handles):
                if item := self.account.objects.get(name):
                    handles |= self.account.handles(item)

        def strike(kind: FaultKind) -> Fault | None:
            return self.account.faults.take(kind, handles=handles, operation=route.operation)

        return strike


def to_response(answer: Answer, facts: RequestFacts) -> Response:
    """JSON as Stripe sends it, readable by scripts of any origin."""
    response = Response(
        json.dumps(answer.body, indent=2), answer.status, mimetype="application/json"
    )
    response.headers["Request-Id"] = facts.id or ""
    response.headers["Stripe-Version"] = request.headers.get("Stripe-Version", API_VERSION)
    if facts.idempotency_key:
        response.headers["Idempotency-Key"] = facts.idempotency_key
    response.headers.update(answer.headers)
    return response


def _fields() -> Iterable[tuple[str, str]]:
    source = request.args if request.method in ("GET", "DELETE") else request.form
    return source.items(multi=True)


def _bearer_key() -> str:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[0]
        except ValueError:
            return ""
    return ""


def _unauthorized(message: str) -> StripeError:
    error = {"type": "invalid_request_error", "message": message}
    return StripeError(401, error, {"WWW-Authenticate": 'Basic realm="Stripe"'})


def _leaves(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for value in node.values():
            yield from _leaves(value)
    elif isinstance(node, list):
        for value in node:
            yield from _leaves(value)
    else:
        yield str(node)
