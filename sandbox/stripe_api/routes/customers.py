"""/v1/customers"""

from __future__ import annotations

from stripe.params import (
    CustomerCreateParams,
    CustomerDeleteParams,
    CustomerListParams,
    CustomerListPaymentMethodsParams,
    CustomerRetrieveParams,
    CustomerSearchParams,
    CustomerUpdateParams,
)

from sandbox.stripe_api import customers, views
from sandbox.stripe_api.errors import Json
from sandbox.stripe_api.http import Call, Route


def create(call: Call) -> Json:
    return customers.create_customer(call.account, call.params)


def retrieve(call: Call) -> Json:
    return call.account.find("customer", call.id)


def update(call: Call) -> Json:
    return customers.update_customer(call.account, retrieve(call), call.params)


def delete(call: Call) -> Json:
    return customers.delete_customer(call.account, retrieve(call))


def list_all(call: Call) -> Json:
    keep = views.fields_match(call.params, "email")
    return views.page(call.account, "customer", call.params, url="/v1/customers", keep=keep)


def search(call: Call) -> Json:
    return views.search(call.account, "customer", call.params, url="/v1/customers/search")


def list_payment_methods(call: Call) -> Json:
    customer = retrieve(call)
    return views.page(
        call.account,
        "payment_method",
        call.params,
        url=f"/v1/customers/{call.id}/payment_methods",
        keep=lambda method: method["customer"] == customer["id"],
    )


ROUTES = [
    Route("POST", "/customers", "customers.create", CustomerCreateParams, create),
    Route("GET", "/customers", "customers.list", CustomerListParams, list_all),
    Route("GET", "/customers/search", "customers.search", CustomerSearchParams, search),
    Route("GET", "/customers/<id>", "customers.retrieve", CustomerRetrieveParams, retrieve),
    Route("POST", "/customers/<id>", "customers.update", CustomerUpdateParams, update),
    Route("DELETE", "/customers/<id>", "customers.delete", CustomerDeleteParams, delete),
    Route(
        "GET",
        "/customers/<id>/payment_methods",
        "customers.payment_methods.list",
        CustomerListPaymentMethodsParams,
        list_payment_methods,
    ),
]
