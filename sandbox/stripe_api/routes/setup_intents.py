"""/v1/setup_intents, /v1/setup_attempts"""

from __future__ import annotations

from stripe.params import (
    SetupAttemptListParams,
    SetupIntentCancelParams,
    SetupIntentConfirmParams,
    SetupIntentCreateParams,
    SetupIntentListParams,
    SetupIntentRetrieveParams,
)

from sandbox.stripe_api import setup_intents, views
from sandbox.stripe_api.errors import Json
from sandbox.stripe_api.http import Call, Route
from sandbox.stripe_api.routes.payment_intents import find_intent


def create(call: Call) -> Json:
    intent = setup_intents.create_setup_intent(call.account, call.params)
    if not call.params.get("confirm"):
        return intent
    rest = {name: value for name, value in call.params.items() if name != "payment_method"}
    return setup_intents.confirm_setup_intent(call.account, intent, rest)


def retrieve(call: Call) -> Json:
    return find_intent(call, "setup_intent")


def confirm(call: Call) -> Json:
    return setup_intents.confirm_setup_intent(call.account, retrieve(call), call.params)


def cancel(call: Call) -> Json:
    reason = call.params.get("cancellation_reason")
    return setup_intents.cancel_setup_intent(call.account, retrieve(call), reason=reason)


def list_all(call: Call) -> Json:
    keep = views.fields_match(call.params, "customer", "payment_method")
    url = "/v1/setup_intents"
    return views.page(call.account, "setup_intent", call.params, url=url, keep=keep)


def list_attempts(call: Call) -> Json:
    keep = views.fields_match(call.params, "setup_intent")
    url = "/v1/setup_attempts"
    return views.page(call.account, "setup_attempt", call.params, url=url, keep=keep)


BASE, ONE, NAME = "/setup_intents", "/setup_intents/<id>", "setup_intents"
ROUTES = [
    Route("POST", BASE, f"{NAME}.create", SetupIntentCreateParams, create),
    Route("GET", BASE, f"{NAME}.list", SetupIntentListParams, list_all),
    Route("GET", ONE, f"{NAME}.retrieve", SetupIntentRetrieveParams, retrieve, True),
    Route("POST", f"{ONE}/confirm", f"{NAME}.confirm", SetupIntentConfirmParams, confirm, True),
    Route("POST", f"{ONE}/cancel", f"{NAME}.cancel", SetupIntentCancelParams, cancel),
    Route("GET", "/setup_attempts", "setup_attempts.list", SetupAttemptListParams, list_attempts),
]
