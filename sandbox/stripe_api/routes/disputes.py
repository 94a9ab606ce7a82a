"""/v1/disputes"""

from __future__ import annotations

from stripe.params import (
    DisputeCloseParams,
    DisputeListParams,
    DisputeRetrieveParams,
    DisputeUpdateParams,
)

from sandbox.stripe_api import disputes, views
from sandbox.stripe_api.errors import Json
from sandbox.stripe_api.http import Call, Route


def retrieve(call: Call) -> Json:
    return call.account.find("dispute", call.id)


def update(call: Call) -> Json:
    return disputes.update_dispute(call.account, retrieve(call), call.params)


def close(call: Call) -> Json:
    return disputes.lose_dispute(call.account, retrieve(call))


def list_all(call: Call) -> Json:
    keep = views.fields_match(call.params, "charge", "payment_intent")
    return views.page(call.account, "dispute", call.params, url="/v1/disputes", keep=keep)


ROUTES = [
    Route("GET", "/disputes", "disputes.list", DisputeListParams, list_all),
    Route("GET", "/disputes/<id>", "disputes.retrieve", DisputeRetrieveParams, retrieve),
    Route("POST", "/disputes/<id>", "disputes.update", DisputeUpdateParams, update),
    Route("POST", "/disputes/<id>/close", "disputes.close", DisputeCloseParams, close),
]
