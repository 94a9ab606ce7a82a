"""Every call that the sandbox answers."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import request

from sandbox.paypal_api import disputes, orders, refunds, signature
from sandbox.paypal_api.errors import Json, PayPalError
from sandbox.paypal_api.http import Call, Route
from sandbox.paypal_api.requests import NoBody, OrderRequest, RefundRequest

EVENTS_PER_PAGE_MAX = 300
DISPUTES_PER_PAGE_MAX = 50


def _create_order(call: Call) -> Json:
    return orders.create_order(call.account, call.body)


def _get_order(call: Call) -> Json:
    return call.account.find(call.account.orders, call.id)


def _capture_order(call: Call) -> Json:
    return orders.capture_order(call.account, _get_order(call))


def _get_capture(call: Call) -> Json:
    return call.account.find(call.account.captures, call.id)


def _refund(call: Call) -> Json:
    return refunds.create_refund(call.account, _get_capture(call), call.body)


def _get_refund(call: Call) -> Json:
    return call.account.find(call.account.refunds, call.id)


def _get_dispute(call: Call) -> Json:
    return call.account.find(call.account.disputes, call.id)


def _list_disputes(call: Call) -> Json:
    """All of them, or those about one transaction; newest first, by pages of `page_size`."""
    wanted = request.args.get("disputed_transaction_id", "")
    after = request.args.get("update_time_after", "")
    found = [
        disputes.summary_of(dispute)
        for dispute in reversed(call.account.disputes.values())
        if (not wanted or disputes.is_about(dispute, wanted))
        and (not after or dispute["update_time"] >= _normal(after, "update_time_after"))
    ]
    size = _whole("page_size", 10, DISPUTES_PER_PAGE_MAX)
    offset = int(request.args.get("next_page_token", "0"))
    page: Json = {"links": [call.account.link("/v1/customer/disputes")]}
    if shown := found[offset : offset + size]:
        page["items"] = shown
    if offset + size < len(found):
        path = f"/v1/customer/disputes?page_size={size}&next_page_token={offset + size}"
        page["links"].append(call.account.link(path, "next"))
    return page


def _get_event(call: Call) -> Json:
    return call.account.find(call.account.events, call.id)


def _list_events(call: Call) -> Json:
    """Newest first. `start_time` and `end_time` bound it; the rest follows by `next`."""
    first = _normal(request.args.get("start_time", "0001-01-01T00:00:00Z"), "start_time")
    last = _normal(request.args.get("end_time", "9999-12-31T00:00:00Z"), "end_time")
    found = [
        event
        for event in reversed(call.account.events.values())
        if first <= event["create_time"] <= last
    ]
    size = _whole("page_size", 10, EVENTS_PER_PAGE_MAX)
    offset = _whole("offset", 0, len(found))
    path = "/v1/notifications/webhooks-events"
    links = [call.account.link(path)]
    if offset + size < len(found):
        more = f"?page_size={size}&offset={offset + size}&start_time={first}&end_time={last}"
        links.append(call.account.link(path + more, "next"))
    shown = found[offset : offset + size]
    return {"events": shown, "count": len(shown), "links": links}


def _verify(call: Call) -> Json:
    return signature.verify(call.account.config, request.data)


def _whole(name: str, default: int, most: int) -> int:
    text = request.args.get(name, str(default))
    if not text.isdecimal() or int(text) > most:
        raise PayPalError("INVALID_REQUEST", "INVALID_PARAMETER_VALUE", field=name)
    return int(text)


def _normal(text: str, name: str) -> str:
    """A time of any zone, as the sandbox writes it."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise PayPalError("INVALID_REQUEST", "INVALID_PARAMETER_SYNTAX", field=name) from None
    at = at if at.year in (1, 9999) else at.astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)


ORDERS, PAYMENTS = "/v2/checkout/orders", "/v2/payments"
DISPUTES, EVENTS = "/v1/customer/disputes", "/v1/notifications/webhooks-events"
VERIFY = "/v1/notifications/verify-webhook-signature"
ROUTES = [
    Route("POST", ORDERS, "orders.create", _create_order, OrderRequest, created=True),
    Route("GET", f"{ORDERS}/<id>", "orders.get", _get_order),
    Route("POST", f"{ORDERS}/<id>/capture", "orders.capture", _capture_order, NoBody, created=True),
    Route("GET", f"{PAYMENTS}/captures/<id>", "captures.get", _get_capture),
    Route(
        "POST",
        f"{PAYMENTS}/captures/<id>/refund",
        "captures.refund",
        _refund,
        RefundRequest,
        created=True,
    ),
    Route("GET", f"{PAYMENTS}/refunds/<id>", "refunds.get", _get_refund),
    Route("GET", DISPUTES, "disputes.list", _list_disputes),
    Route("GET", f"{DISPUTES}/<id>", "disputes.get", _get_dispute),
    Route("GET", EVENTS, "events.list", _list_events),
    Route("GET", f"{EVENTS}/<id>", "events.get", _get_event),
    Route("POST", VERIFY, "webhooks.verify", _verify),
]
