"""The merchant's account at Stripe: everything it has stored, under one lock."""

from __future__ import annotations

import copy
import json
import secrets
import string
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass

from stripe._api_version import _ApiVersion

from sandbox.config import Config
from sandbox.faults import FaultBook, Where
from sandbox.scheduler import Scheduler
from sandbox.stripe_api.cards import TestCard
from sandbox.stripe_api.distortion import distort
from sandbox.stripe_api.errors import Json, invalid_request, resource_missing
from sandbox.webhooks import Deliverer, Message

API_VERSION = _ApiVersion.CURRENT
ACCOUNT_ID = "acct_sandbox"
OBJECTS_MAX = 200_000  # memory is the only limit the sandbox has

_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True, kw_only=True)
class RequestFacts:
    """What an event says about the request that caused it."""

    id: str | None = None
    idempotency_key: str | None = None


NO_REQUEST = RequestFacts()  # what happens by itself, or in the dashboard
CURRENT_REQUEST: ContextVar[RequestFacts] = ContextVar("CURRENT_REQUEST", default=NO_REQUEST)


@dataclass(kw_only=True)
class CardOnFile:
    """What Stripe knows of a payment method and tells nobody."""

    card: TestCard
    is_set_up: bool = False  # its bank agreed to charges without the customer
    is_used_up: bool = False  # paid once without being attached: never again


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """One 3-D Secure question to a card's owner. `return_url` may be empty."""

    id: str
    intent_id: str
    return_url: str


def random_text(length: int) -> str:
    """Letters and digits, as in Stripe's ids."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_id(prefix: str) -> str:
    """An id that no other process gave out: the portal's database outlives the sandbox."""
    return f"{prefix}_{random_text(24)}"


def now() -> int:
    """Unix seconds."""
    return int(time.time())


class Account:
    """All objects by id, in the order they were made. Hold `lock` around any use."""

    def __init__(
        self, *, config: Config, faults: FaultBook, scheduler: Scheduler, deliverer: Deliverer
    ) -> None:
        self.config = config
        self.faults = faults
        self.scheduler = scheduler
        self.deliverer = deliverer
        self.lock = threading.RLock()
        self.objects: dict[str, Json] = {}
        self.cards: dict[str, CardOnFile] = {}
        self.challenges: dict[str, Challenge] = {}

    @property
    def base_url(self) -> str:
        """Where browsers find this process."""
        return f"http://{self.config.host}:{self.config.port}"

    def clear(self) -> None:
        """Forget every object."""
        with self.lock:
            self.objects.clear()
            self.cards.clear()
            self.challenges.clear()

    def add(self, item: Json) -> Json:
        """Store a new object and give it back."""
        if len(self.objects) >= OBJECTS_MAX:
            raise invalid_request("The sandbox is full; reset it.")
        self.objects[item["id"]] = item
        return item

    def find(self, kind: str, object_id: str, *, param: str = "id") -> Json:
        """The stored object itself. Raises resource_missing (404)."""
        item = self.objects.get(object_id)
        if item is None or item["object"] != kind:
            raise resource_missing(kind, object_id, param=param)
        return item

    def newest(self, kind: str) -> Iterator[Json]:
        """All objects of a kind, newest first."""
        return (item for item in reversed(self.objects.values()) if item["object"] == kind)

    def handles(self, item: Json) -> frozenset[str]:
        """What faults may name an object by: ids and metadata, its own and its payment's."""
        ids = [item.get(key) for key in ("id", "payment_intent", "charge", "customer")]
        related = [self.objects[i] for i in ids if isinstance(i, str) and i in self.objects]
        values = {
            value for one in (item, *related) for value in (one.get("metadata") or {}).values()
        }
        parents = {one.get("payment_intent") for one in related}
        names = {name for name in (*ids, *parents) if isinstance(name, str)}
        return frozenset(names | values | self._metadata_of(parents))

    def _metadata_of(self, ids: set[str | None]) -> set[str]:
        items = [self.objects[i] for i in ids if i in self.objects]
        return {value for item in items for value in (item.get("metadata") or {}).values()}

    def emit(self, event_type: str, item: Json, previous: Json | None = None) -> None:
        """Store an event with a copy of the object as it is now, and send it."""
        request = CURRENT_REQUEST.get()
        data: Json = {"object": copy.deepcopy(item)}
        if previous is not None:
            data["previous_attributes"] = previous
        event = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 1 if self.deliverer.endpoint.url else 0,
            "request": {"id": request.id, "idempotency_key": request.idempotency_key},
            "type": event_type,
        }
        self.publish(self.add(event))

    def publish(self, event: Json) -> None:
        """Send a stored event to the webhook endpoint."""
        handles = self.handles(event["data"]["object"]) | {event["id"]}
        shown = distort(self, event, Where.WEBHOOKS)
        self.deliverer.publish(
            Message(
                event_id=event["id"],
                event_type=event["type"],
                body=json.dumps(shown, indent=2),
                handles=handles,
            )
        )
