"""/v1/payment_intents"""

from __future__ import annotations

import hmac

from stripe.params import (
    PaymentIntentCancelParams,
    PaymentIntentCaptureParams,
    PaymentIntentConfirmParams,
    PaymentIntentCreateParams,
    PaymentIntentListParams,
    PaymentIntentRetrieveParams,
    PaymentIntentSearchParams,
    PaymentIntentUpdateParams,
)

from sandbox.stripe_api import payment_intents, views
from sandbox.stripe_api.confirmation import confirm_payment_intent
from sandbox.stripe_api.errors import Json, StripeError, invalid_request
from sandbox.stripe_api.http import Call, Route

ONLY_WHEN_CONFIRMING = (
    "off_session",
    "error_on_requires_action",
    "return_url",
    "use_stripe_sdk",
    "mandate",
    "mandate_data",
    "confirmation_token",
)
SECRET_KEY_ONLY = ("off_session", "error_on_requires_action")


def find_intent(call: Call, kind: str) -> Json:
    """The intent of the address; a browser needs its client secret as well."""
    try:
        intent = call.account.find(kind, call.id, param="intent")
    except StripeError as error:
        if call.is_browser:
            error.status = 400
        raise
    if call.is_browser and not hmac.compare_digest(
        call.client_secret.encode(), intent["client_secret"].encode()
    ):
        raise invalid_request(
            "The client_secret provided does not match any associated "
            f"{'PaymentIntent' if kind == 'payment_intent' else 'SetupIntent'} on this account.",
            code=f"{kind}_invalid_parameter",
            param="client_secret",
        )
    return intent


def create(call: Call) -> Json:
    params = call.params
    confirming = bool(params.get("confirm"))
    if not confirming:
        for name in ONLY_WHEN_CONFIRMING:
            if name in params:
                raise invalid_request(
                    f"You can only pass in {name} when `confirm` is set to true.", param=name
                )
    intent = payment_intents.create_payment_intent(call.account, params)
    if not confirming:
        return intent
    rest = {name: value for name, value in params.items() if name != "payment_method"}
    return confirm_payment_intent(call.account, intent, rest)


def retrieve(call: Call) -> Json:
    return find_intent(call, "payment_intent")


def update(call: Call) -> Json:
    return payment_intents.update_payment_intent(call.account, retrieve(call), call.params)


def confirm(call: Call) -> Json:
    for name in SECRET_KEY_ONLY:
        if call.is_browser and name in call.params:
            raise invalid_request(
                f"The parameter {name} may not be used with a publishable API key.", param=name
            )
    return confirm_payment_intent(call.account, retrieve(call), call.params)


def cancel(call: Call) -> Json:
    reason = call.params.get("cancellation_reason")
    return payment_intents.cancel_payment_intent(call.account, retrieve(call), reason=reason)


def capture(call: Call) -> Json:
    amount = call.params.get("amount_to_capture")
    return payment_intents.capture_payment_intent(call.account, retrieve(call), amount=amount)


def list_all(call: Call) -> Json:
    keep = views.fields_match(call.params, "customer")
    url = "/v1/payment_intents"
    return views.page(call.account, "payment_intent", call.params, url=url, keep=keep)


def search(call: Call) -> Json:
    url = "/v1/payment_intents/search"
    return views.search(call.account, "payment_intent", call.params, url=url)


BASE, ONE, NAME = "/payment_intents", "/payment_intents/<id>", "payment_intents"
ROUTES = [
    Route("POST", BASE, f"{NAME}.create", PaymentIntentCreateParams, create),
    Route("GET", BASE, f"{NAME}.list", PaymentIntentListParams, list_all),
    Route("GET", f"{BASE}/search", f"{NAME}.search", PaymentIntentSearchParams, search),
    Route("GET", ONE, f"{NAME}.retrieve", PaymentIntentRetrieveParams, retrieve, True),
    Route("POST", ONE, f"{NAME}.update", PaymentIntentUpdateParams, update),
    Route("POST", f"{ONE}/confirm", f"{NAME}.confirm", PaymentIntentConfirmParams, confirm, True),
    Route("POST", f"{ONE}/cancel", f"{NAME}.cancel", PaymentIntentCancelParams, cancel),
    Route("POST", f"{ONE}/capture", f"{NAME}.capture", PaymentIntentCaptureParams, capture),
]
