"""The merchant's account at PayPal: all that it has stored, under one lock."""

from __future__ import annotations

import copy
import json
import secrets
import string
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.config import Config
from sandbox.faults import FaultBook, Where
from sandbox.paypal_api.distortion import distort
from sandbox.paypal_api.errors import Json, PayPalError, not_found
from sandbox.scheduler import Scheduler
from sandbox.webhooks import Deliverer, Message

OBJECTS_MAX = 100_000  # memory is the only limit the sandbox has
PREFIX = "/paypal"  # where the API and the payer's page live in this process

_ID = string.digits + string.ascii_uppercase
_ACCOUNT_ID = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, kw_only=True)
class WayBack:
    """Where the payer's page sends the payer; either may be empty."""

    return_url: str = ""
    cancel_url: str = ""


def new_id(length: int = 17) -> str:
    """An id as PayPal's orders, captures and refunds have it."""
    return "".join(secrets.choice(_ID) for _ in range(length))


def new_account_id() -> str:
    """The id of a payer or merchant: no letters that look like digits."""
    return "".join(secrets.choice(_ACCOUNT_ID) for _ in range(13))


def now() -> str:
    """RFC 3339, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class PayPalAccount:
    """Objects by kind and id, in the order they were made. Hold `lock` around any use."""

    def __init__(
        self, *, config: Config, faults: FaultBook, scheduler: Scheduler, deliverer: Deliverer
    ) -> None:
        self.config = config
        self.faults = faults
        self.scheduler = scheduler
        self.deliverer = deliverer
        self.lock = threading.RLock()
        self.clear()

    def clear(self) -> None:
        """Forget every object, and the tokens."""
        with self.lock:
            self.orders: dict[str, Json] = {}
            self.captures: dict[str, Json] = {}
            self.refunds: dict[str, Json] = {}
            self.disputes: dict[str, Json] = {}
            self.events: dict[str, Json] = {}
            self.ways_back: dict[str, WayBack] = {}
            self.refused: set[str] = set()  # orders whose payer has to choose other means
            self.tokens: dict[str, float] = {}

    @property
    def api_url(self) -> str:
        return f"http://{self.config.host}:{self.config.port}{PREFIX}"

    def link(self, path: str, rel: str = "self", method: str = "GET") -> Json:
        """A link as every PayPal object carries some."""
        return {"href": f"{self.api_url}{path}", "rel": rel, "method": method}

    def store(self, shelf: dict[str, Json], object_id: str, item: Json) -> Json:
        """Keep a new object and give it back."""
        if len(shelf) >= OBJECTS_MAX:
            raise PayPalError("INTERNAL_SERVER_ERROR", "SANDBOX_IS_FULL")
        shelf[object_id] = item
        return item

    def find(self, shelf: dict[str, Json], object_id: str) -> Json:
        """The stored object itself. Raises PayPalError (404)."""
        try:
            return shelf[object_id]
        except KeyError:
            raise not_found() from None

    def order_of(self, item: Json) -> Json | None:
        """The order that an order, capture, refund or dispute belongs to."""
        names = set(_texts(item))
        return next((order for key, order in self.orders.items() if names & _names(order)), None)

    def handles(self, item: Json) -> frozenset[str]:
        """What faults may name an object by: its ids, and those of its order."""
        order = self.order_of(item)
        return frozenset(_names(item) | (_names(order) if order else set()))

    def emit(self, event_type: str, resource_type: str, resource: Json, summary: str) -> None:
        """Store an event with a copy of the resource as it is now, and send it."""
        event_id = f"WH-{new_id()}-{new_id()}"
        event = {
            "id": event_id,
            "event_version": "1.0",
            "create_time": now(),
            "resource_type": resource_type,
            "resource_version": "2.0",
            "event_type": event_type,
            "summary": summary,
            "resource": copy.deepcopy(resource),
            "links": [self.link(f"/v1/notifications/webhooks-events/{event_id}")],
        }
        self.publish(self.store(self.events, event_id, event))

    def publish(self, event: Json) -> None:
        """Send a stored event to the webhook endpoint."""
        handles = self.handles(event["resource"]) | {event["id"]}
        shown = distort(self.faults, event, handles, Where.WEBHOOKS)
        self.deliverer.publish(
            Message(
                event_id=event["id"],
                event_type=event["event_type"],
                body=json.dumps(shown, separators=(",", ":")),
                handles=handles,
            )
        )


_NAMES = {
    "id",
    "reference_id",
    "custom_id",
    "invoice_id",
    "dispute_id",
    "order_id",
    "seller_transaction_id",
}


def _names(item: Json) -> set[str]:
    """Every id and every reference of ours inside an object."""
    return {value for key, value in _pairs(item) if key in _NAMES and isinstance(value, str)}


def _texts(item: Json) -> Iterator[str]:
    """The names that lead to an order: of the object itself and of what it belongs to."""
    for key, value in _pairs(item):
        if key in {"id", "order_id", "seller_transaction_id"} and isinstance(value, str):
            yield value


def _pairs(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, list):
        for one in node:
            yield from _pairs(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key, value
            yield from _pairs(value)
