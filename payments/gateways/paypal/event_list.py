"""PayPal's own list of the events that it told our webhook about. It keeps them for thirty days.

Source: developer.paypal.com/docs/api/webhooks/v1/#webhooks-events_list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.conf import settings

from payments.gateways.base import GatewayError, ObservedFact
from payments.gateways.paypal.api import Json, nonsense_is_unknown, paypal_api
from payments.gateways.paypal.snapshot import read_order

EVENTS_PER_PAGE = 300
EVENT_PAGES_MAX = 1_000  # a list that never ends is a fault there, not work for us


def events_since(since: datetime) -> Iterator[Json]:
    """Newest first. Raises GatewayError."""
    start = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    query = urlencode({"start_time": start, "page_size": EVENTS_PER_PAGE})
    path = f"/v1/notifications/webhooks-events?{query}"
    for _page in range(EVENT_PAGES_MAX):
        page = paypal_api().get(path)
        yield from page.get("events") or []
        path = _next_path(page)
        if not path:
            return
    raise GatewayError("PayPal's list of events does not end", permanent=False)


def facts_between(since: datetime, until: datetime) -> list[ObservedFact]:
    """What is certain of captures, refunds and disputes that were made in [since, until).

    Read from the objects that the events carry, each fact once, oldest first. Events after
    `until` are read as well: an e-cheque that was made on that day clears a week later.
    """
    with nonsense_is_unknown():
        told = {fact: None for event in events_since(since) for fact in _facts_of(event)}
    within = (fact for fact in told if since <= fact.occurred_at < until)
    return sorted(within, key=lambda fact: fact.occurred_at)


def _facts_of(event: Json) -> tuple[ObservedFact, ...]:
    """The event's object, put where an order has it, is read as in an order.

    Without keys: which of them are a refund's own and which its order's, only the order tells.
    """
    kind, resource = event.get("resource_type"), event.get("resource") or {}
    payments = {f"{kind}s": [resource]} if kind in {"capture", "refund"} else {}
    disputes = [resource] if kind == "dispute" else []
    order = {"id": "", "status": "COMPLETED", "purchase_units": [{"payments": payments}]}
    return tuple(replace(fact, key="") for fact in read_order(order, disputes).facts)


def _next_path(page: Json) -> str:
    """The next page, or "". A token is never sent anywhere but to the configured API."""
    for link in page.get("links") or []:
        address = str(link.get("href", ""))
        if link.get("rel") == "next" and address.startswith(f"{settings.PAYPAL_API_BASE}/"):
            return address.removeprefix(settings.PAYPAL_API_BASE)
    return ""
