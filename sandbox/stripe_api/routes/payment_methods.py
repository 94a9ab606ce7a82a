"""/v1/payment_methods"""

from __future__ import annotations

from stripe.params import (
    PaymentMethodAttachParams,
    PaymentMethodCreateParams,
    PaymentMethodDetachParams,
    PaymentMethodListParams,
    PaymentMethodRetrieveParams,
)

from sandbox.stripe_api import payment_methods, views
from sandbox.stripe_api.errors import Json, card_error
from sandbox.stripe_api.http import Call, Route


def create(call: Call) -> Json:
    if not call.is_browser and "number" in call.params.get("card", {}):
        raise card_error(
            "",
            "Sending credit card numbers directly to the Stripe API is generally unsafe. We "
            "suggest you use test tokens that map to the test card you are using, see "
            "https://stripe.com/docs/testing.",
        )
    return payment_methods.create_payment_method(call.account, call.params)


def retrieve(call: Call) -> Json:
    return call.account.find("payment_method", call.id, param="payment_method")


def attach(call: Call) -> Json:
    method = payment_methods.find_payment_method(call.account, call.id)
    return payment_methods.attach(call.account, method, call.params["customer"])


def detach(call: Call) -> Json:
    return payment_methods.detach(call.account, retrieve(call))


def list_all(call: Call) -> Json:
    keep = views.fields_match(call.params, "customer", "type")
    return views.page(
        call.account, "payment_method", call.params, url="/v1/payment_methods", keep=keep
    )


BASE, ONE, NAME = "/payment_methods", "/payment_methods/<id>", "payment_methods"
ROUTES = [
    Route("POST", BASE, f"{NAME}.create", PaymentMethodCreateParams, create, True),
    Route("GET", BASE, f"{NAME}.list", PaymentMethodListParams, list_all),
    Route("GET", ONE, f"{NAME}.retrieve", PaymentMethodRetrieveParams, retrieve),
    Route("POST", f"{ONE}/attach", f"{NAME}.attach", PaymentMethodAttachParams, attach),
    Route("POST", f"{ONE}/detach", f"{NAME}.detach", PaymentMethodDetachParams, detach),
]
