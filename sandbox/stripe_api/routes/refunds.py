"""/v1/refunds"""

from __future__ import annotations

from stripe.params import (
    RefundCreateParams,
    RefundListParams,
    RefundRetrieveParams,
    RefundUpdateParams,
)

from sandbox.stripe_api import refunds, views
from sandbox.stripe_api.customers import merged_metadata
from sandbox.stripe_api.errors import Json
from sandbox.stripe_api.http import Call, Route


def create(call: Call) -> Json:
    return refunds.create_refund(call.account, call.params)


def retrieve(call: Call) -> Json:
    return call.account.find("refund", call.id)


def update(call: Call) -> Json:
    refund = retrieve(call)
    refund["metadata"] = merged_metadata(refund, call.params.get("metadata", {}))
    call.account.emit("refund.updated", refund)
    return refund


def list_all(call: Call) -> Json:
    keep = views.fields_match(call.params, "charge", "payment_intent")
    return views.page(call.account, "refund", call.params, url="/v1/refunds", keep=keep)


ROUTES = [
    Route("POST", "/refunds", "refunds.create", RefundCreateParams, create),
    Route("GET", "/refunds", "refunds.list", RefundListParams, list_all),
    Route("GET", "/refunds/<id>", "refunds.retrieve", RefundRetrieveParams, retrieve),
    Route("POST", "/refunds/<id>", "refunds.update", RefundUpdateParams, update),
]
