"""/v1/events, /v1/charges, /v1/balance_transactions: what can only be read."""

from __future__ import annotations

from fnmatch import fnmatch

from stripe.params import (
    BalanceTransactionListParams,
    BalanceTransactionRetrieveParams,
    ChargeListParams,
    ChargeRetrieveParams,
    EventListParams,
    EventRetrieveParams,
)

from sandbox.stripe_api import views
from sandbox.stripe_api.errors import Json
from sandbox.stripe_api.http import Call, Route


def retrieve_event(call: Call) -> Json:
    return call.account.find("event", call.id)


def list_events(call: Call) -> Json:
    patterns = call.params.get("types") or [call.params.get("type", "*")]
    return views.page(
        call.account,
        "event",
        call.params,
        url="/v1/events",
        keep=lambda event: any(fnmatch(event["type"], pattern) for pattern in patterns),
    )


def retrieve_charge(call: Call) -> Json:
    return call.account.find("charge", call.id)


def list_charges(call: Call) -> Json:
    keep = views.fields_match(call.params, "customer", "payment_intent")
    return views.page(call.account, "charge", call.params, url="/v1/charges", keep=keep)


def retrieve_balance_line(call: Call) -> Json:
    return call.account.find("balance_transaction", call.id)


def list_balance_lines(call: Call) -> Json:
    keep = views.fields_match(call.params, "source", "type", "currency")
    url = "/v1/balance_transactions"
    return views.page(call.account, "balance_transaction", call.params, url=url, keep=keep)


LINES = "balance_transactions"
ROUTES = [
    Route("GET", "/events", "events.list", EventListParams, list_events),
    Route("GET", "/events/<id>", "events.retrieve", EventRetrieveParams, retrieve_event),
    Route("GET", "/charges", "charges.list", ChargeListParams, list_charges),
    Route("GET", "/charges/<id>", "charges.retrieve", ChargeRetrieveParams, retrieve_charge),
    Route("GET", f"/{LINES}", f"{LINES}.list", BalanceTransactionListParams, list_balance_lines),
    Route(
        "GET",
        f"/{LINES}/<id>",
        f"{LINES}.retrieve",
        BalanceTransactionRetrieveParams,
        retrieve_balance_line,
    ),
]
