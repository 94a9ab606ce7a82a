"""The contract between the core and a gateway.

A gateway translates. It turns our order into the outside party's requests and its answers
into a `Snapshot`, and that is all: it touches no model, posts nothing and decides nothing.
The core (payments.services) decides and posts, the same way for every gateway.

What a gateway promises:

* `start` may be called again after a crash or a lost answer. It sends the order's `key` as
  idempotency key (or searches for it first), so calling it twice makes one remote object.
* `fetch` is pure: it changes nothing outside and is the only source of truth. Return pages,
  webhooks and redirects are hints to fetch; what they say is never believed.
* `cancel` asks for the end of an unpaid order. If money came meanwhile, the snapshot says so.
* `verify` checks a webhook's signature on the raw bytes, without any outbound request.
* `remote_updates` lists what changed there since a time, to find what we never heard of.
* A `Snapshot` holds facts under the outside party's own ids. An id keeps its meaning and its
  amount for ever; the core merges snapshots by these ids, in any order, any number of times.
* Every method that talks to the outside has a time limit and raises only GatewayError:
  `permanent` when repeating the same request cannot help, otherwise the outcome is unknown
  and is looked up later with the same idempotency key. Unknown is never treated as failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from commpeak.lib.errors import AppError
from commpeak.lib.money import Money
from payments.states import FactKind, State


class GatewayError(AppError):
    """The outside party refused, answered nonsense, or did not answer.

    `permanent` is True when the same request can never succeed.
    """

    def __init__(self, log_text: str, *, permanent: bool, user_text: str = "") -> None:
        self.permanent = permanent
        super().__init__(user_text or _("The payment provider cannot be reached."), log_text)


class ForgedWebhook(AppError):
    """The signature is missing, wrong or too old; nothing in the message can be trusted."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a gateway may know of a payment.

    `key` is our own id of this payment: the remote object carries it, so that an answer can be
    compared and a lost one found again, and it is the idempotency key of every request.
    `reference` is the top-up's, for people who read the gateway's dashboard.
    """

    key: str
    reference: str
    money: Money
    description: str
    account_number: str


@dataclass(frozen=True, slots=True)
class ObservedFact:
    """Something certain at the gateway; `object_id` is the gateway's own id of that object."""

    kind: FactKind
    object_id: str
    money: Money
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class ObservedDecline:
    """A refused card. `kind` is one of payments.models.Decline.Kind."""

    object_id: str
    kind: str
    code: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class CardForm:
    """The customer's next step is the gateway's own card form on our page."""

    client_secret: str
    publishable_key: str
    script_url: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """The customer's next step is on the gateway's own page."""

    url: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the gateway knows of one payment at one moment.

    `key` is the order's, as the remote object carries it. `dead` is FAILED, CANCELED or
    EXPIRED when no money can come by this payment any more as far as the gateway knows.
    `review_reason` says what looks wrong (another merchant, test money, …); then nothing in
    this snapshot is credited by itself.
    """

    gateway_id: str
    key: str
    facts: tuple[ObservedFact, ...] = ()
    decline: ObservedDecline | None = None
    is_processing: bool = False
    next_step: CardForm | Redirect | None = None
    dead: State | None = None
    instrument: str = ""
    review_reason: str = ""


@dataclass(frozen=True, slots=True)
class Notification:
    """A verified webhook: `gateway_id` is the payment it is about, or "" for none of ours."""

    event_id: str
    event_type: str
    gateway_id: str


class Gateway(Protocol):
    code: str

    def start(self, order: Order) -> Snapshot:
        """Makes the remote object, or finds it when it was made before."""
        ...

    def fetch(self, gateway_id: str) -> Snapshot:
        """The truth about the remote object now."""
        ...

    def cancel(self, gateway_id: str, *, by_customer: bool) -> Snapshot:
        """Ends it while it is unpaid: CANCELED by the customer's wish, else EXPIRED.

        For one that is over, or paid meanwhile, it just gives the snapshot.
        """
        ...

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Reads a webhook. Raises ForgedWebhook, or InvalidInput for a body that is no event."""
        ...

    def remote_updates(self, since: datetime) -> Iterator[str]:
        """Gateway ids of payments that changed at or after `since`, each perhaps repeatedly."""
        ...
