"""The contract between the core and a gateway.

A gateway translates. It turns our order into the outside party's requests and its answers
into a `Snapshot`, and that is all: it touches no model, posts nothing and decides nothing.
The core (payments.services) decides and posts, the same way for every gateway.

What a gateway promises:

* `start` may be called again after a crash or a lost answer. It sends the order's `key` as
  idempotency key (or searches for it first), so calling it twice makes one remote object.
* `fetch` is pure: it changes nothing outside and is the only source of truth. Return pages,
  webhooks and redirects are hints to fetch; what they say is never believed.
* `advance` takes the money that the customer agreed to, where agreeing and taking are two
  steps (`Snapshot.awaits_capture`). Calling it again takes nothing more.
* `cancel` asks for the end of an unpaid order. If money came meanwhile, the snapshot says so.
* `refund` gives money back once per refund key; the snapshot afterwards holds the fact.
* `verify` checks a webhook without any outbound request. Where a signature can only be checked
  by asking the outside party, it keeps the evidence, and `confirm` asks in the worker. A
  genuine one is believed in what it is about, and in when its payer agreed (`agreed_at`).
* `remote_updates` lists what changed there since a time, to find what we never heard of;
  `movements` lists the money that moved there on a day, to compare totals.
* A `Snapshot` holds facts under the outside party's own ids. An id keeps its meaning and its
  amount for ever; the core merges snapshots by these ids, in any order, any number of times.
  Money that came is in every later answer too: where it is missing, staff have to look.
* Every method that talks to the outside has a time limit and raises only GatewayError:
  `permanent` when repeating the same request cannot help, otherwise the outcome is unknown
  and is looked up later with the same idempotency key. Unknown is never treated as failed.

`LocalDefaults` has the answers of a gateway that knows nothing of a step. How to add a gateway:
docs/gateways.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext as _

from commpeak.lib.errors import AppError
from commpeak.lib.money import Money
from payments.states import FactKind, State

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class GatewayError(AppError):
    """The outside party refused, answered nonsense, or did not answer.

    `permanent` is True when the same request can never succeed.
    """

    def __init__(self, log_text: str, *, permanent: bool, user_text: str = "") -> None:
        self.permanent = permanent
        super().__init__(user_text or _("The payment provider cannot be reached."), log_text)


class GoneAtGateway(GatewayError):
    """The outside party says that it has no such object (any more): no money can come by it."""

    def __init__(self, log_text: str) -> None:
        super().__init__(log_text, permanent=True)


class ForgedWebhook(AppError):
    """The signature is missing, wrong or too old; nothing in the message can be trusted."""


# --- what a gateway is ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """What pages say about this way to pay; lazy texts, in the order in which they are met."""

    name: StrOrPromise  # "Credit card", the label in the panel
    speed: StrOrPromise  # "within seconds", beside it
    about: StrOrPromise  # a sentence or two for the page on methods
    fees: StrOrPromise  # who takes which fee, for that page; settings.METHOD_FEES can replace it
    next_step: StrOrPromise  # "next you enter your card …", under Checkout
    waiting: StrOrPromise  # headline while the customer has to act
    paying: StrOrPromise  # "You pay by card", the step that the customer is at
    paying_how: StrOrPromise
    processing: StrOrPromise  # headline while the outside party decides
    processing_how: StrOrPromise
    # by the outside party's own word for why it has not decided (Waiting.reason)
    reasons: Mapping[str, StrOrPromise] = field(default_factory=dict)
    over: StrOrPromise = ""  # what to know once it was given up or has expired
    # what to know before paying, a sentence each: how odd payments are credited, and so on
    rules: Sequence[StrOrPromise] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What the core and the pages need to know of a gateway without asking it.

    `currencies`: those it takes, None for every one that is offered. `terms`: slug of the terms
    that a customer has to have accepted before the order reaches it, "" for none.
    `credits_what_arrives`: any amount that comes is credited (the payer decides how much is
    sent), otherwise other amounts than asked are parked. `refunds`: whether `refund` works.
    `into_our_bank`: the money comes to a bank account of ours, so it is offered for the
    currencies of those, and nobody but our bank can be asked where it is.
    """

    words: Words
    unpaid_expires_after: timedelta
    currencies: frozenset[str] | None = None
    terms: str = ""
    credits_what_arrives: bool = False
    refunds: bool = False
    into_our_bank: bool = False


# --- what a gateway is told -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CardOnFile:
    """A card that the gateway keeps, by its own ids of the customer and of the card."""

    customer_id: str
    card_id: str


@dataclass(frozen=True, slots=True)
class Order:
    """What a gateway may know of a payment.

    `key` is our own id of this payment: the remote object carries it, so that an answer can be
    compared and a lost one found again, and it is the idempotency key of every request.
    `reference` is the top-up's, for people who read the gateway's dashboard; `number` counts
    the customer's top-ups from 1; `purse` is "voice" or "sms". With `saved_card` the payment is
    charged at once, without the customer; with `keep_card_for` (the gateway's id of the
    customer) the card that pays is kept for such charges. Only a gateway with a vault gets them.
    """

    key: str
    reference: str
    money: Money
    description: str
    account_number: str
    purse: str
    number: int
    saved_card: CardOnFile | None = None
    keep_card_for: str = ""


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Give `money` of the capture back. `key` is our own id of this refund: the remote object
    carries it, and it is the idempotency key of the request. `payment_key` is its order's."""

    key: str
    gateway_id: str
    payment_key: str
    capture_id: str
    money: Money


# --- what a gateway answers -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ObservedFact:
    """Something certain at the gateway; `object_id` is the gateway's own id of that object.

    A refund that we asked for carries its RefundOrder's `key`; one made elsewhere has "".
    `gateway_id` is the payment's, for those who read facts from a list (`movements`), where
    that tells it.
    """

    kind: FactKind
    object_id: str
    money: Money
    occurred_at: datetime
    key: str = ""
    gateway_id: str = ""


@dataclass(frozen=True, slots=True)
class ObservedDecline:
    """Refused means of payment. `kind` is one of payments.models.Decline.Kind."""

    object_id: str
    kind: str
    code: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class CardForm:
    """The customer's next step is the gateway's own card form on our page.

    `saved_card_id` is set when the bank wants the owner of a kept card to confirm: then the
    browser confirms with that card, which `saved_card` names ("Visa 3184").
    """

    client_secret: str
    publishable_key: str
    script_url: str
    saved_card_id: str = ""
    saved_card: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """The customer's next step is on the gateway's own page, which `name` tells: "PayPal"."""

    url: str
    name: str


@dataclass(frozen=True, slots=True)
class Instructions:
    """The customer's next step is outside; our page of the url name `page` says what to do."""

    page: str


NextStep = CardForm | Redirect | Instructions


@dataclass(frozen=True, slots=True)
class Waiting:
    """What can be told while money is on its way and not certain. Passes with the next answer.

    `reason` is the gateway's own word, for Words.reasons. `received` and `required` are amounts
    as the payer sends them ("0.00074490 BTC"). `ids` are those under which the money was seen
    out there, for whoever looks for it.
    """

    reason: str = ""
    expected_by: datetime | None = None
    received: str = ""
    required: str = ""
    confirmations: int | None = None
    confirmations_needed: int | None = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptCard:
    """A card as a vault tells of it: never its number. `expires_year` has four digits."""

    card_id: str
    customer_id: str
    brand: str
    last_four: str
    expires_year: int
    expires_month: int
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the gateway knows of one payment at one moment.

    `key` is the order's, as the remote object carries it. `is_processing` is None when the
    gateway cannot tell (a wire: only our bank knows). `awaits_capture` means that the customer
    agreed and `advance` takes the money, which the core asks for only when it knows whose
    `payer_email` (the payer's address at the gateway) that is. `dead` is FAILED, CANCELED or
    EXPIRED when no money can come by this payment any more as far as the gateway knows;
    `may_change_until` is how long money may still come by one that is paid or dead already.
    `answer_by` is when an open dispute is lost unless we answer it. `review_reason` says what
    looks wrong (another merchant, test money, …); then nothing in this snapshot is credited by
    itself. `doubt` says what staff have to find out of a payment that is ours: its facts count.
    `kept_card` is the card that paid when the order asked to keep it.
    """

    gateway_id: str
    key: str
    facts: tuple[ObservedFact, ...] = ()
    decline: ObservedDecline | None = None
    is_processing: bool | None = False
    awaits_capture: bool = False
    payer_email: str = ""
    waiting: Waiting | None = None
    next_step: NextStep | None = None
    dead: State | None = None
    may_change_until: datetime | None = None
    answer_by: datetime | None = None
    instrument: str = ""
    review_reason: str = ""
    doubt: str = ""
    kept_card: KeptCard | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """A webhook: `gateway_id` is the payment it is about, or "" for none of ours.

    `evidence` holds the headers that `confirm` needs to ask whether the message is genuine;
    empty when `verify` has proven it.
    """

    event_id: str
    event_type: str
    gateway_id: str
    evidence: Mapping[str, str] = field(default_factory=dict)


class Gateway(Protocol):
    @property
    def code(self) -> str: ...

    @property
    def profile(self) -> Profile: ...

    def is_configured(self) -> bool:
        """Whether its keys are set: a gateway without them is not offered."""
        ...

    def start(self, order: Order) -> Snapshot:
        """Makes the remote object, or finds it when it was made before."""
        ...

    def fetch(self, gateway_id: str) -> Snapshot:
        """The truth about the remote object now. Raises GoneAtGateway as well."""
        ...

    def advance(self, gateway_id: str, key: str) -> Snapshot:
        """Takes what the customer agreed to, for the order with this key."""
        ...

    def cancel(self, gateway_id: str, *, by_customer: bool) -> Snapshot:
        """Ends it while it is unpaid: CANCELED by the customer's wish, else EXPIRED.

        For one that is over, or paid meanwhile, it just gives the snapshot.
        """
        ...

    def refund(self, refund: RefundOrder) -> Snapshot:
        """Gives money back; the same key again gives nothing more, however long after.

        The snapshot holds the fact once the money has left; until then the refund is under
        way. Raises a permanent GatewayError when it has ended without anything given back.
        """
        ...

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Reads a webhook. Raises ForgedWebhook, or InvalidInput for a body that is no event."""
        ...

    def confirm(self, evidence: Mapping[str, str], body: bytes) -> Notification:
        """Asks outside whether a message with evidence is genuine. Raises ForgedWebhook."""
        ...

    def agreed_at(self, body: bytes) -> datetime | None:
        """When the payer was there and agreed, if this genuine webhook says so; else None."""
        ...

    def remote_updates(self, since: datetime) -> Iterator[str]:
        """Gateway ids of payments that changed at or after `since`, each perhaps repeatedly."""
        ...

    def movements(self, since: datetime, until: datetime) -> Iterator[ObservedFact]:
        """The money that moved in [since, until), by the same kinds, ids and times as in facts."""
        ...


class LocalDefaults:
    """For gateways that know nothing of a step."""

    def advance(self, gateway_id: str, key: str) -> Snapshot:
        raise GatewayError(f"{gateway_id}: there is nothing to advance", permanent=True)

    def refund(self, refund: RefundOrder) -> Snapshot:
        raise GatewayError(
            f"{refund.key}: this way to pay has no way back",
            permanent=True,
            user_text=_("Payments of this kind are refunded by our staff."),
        )

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notification:
        raise ForgedWebhook(_("The signature is not valid."), "this gateway sends no webhooks")

    def confirm(self, evidence: Mapping[str, str], body: bytes) -> Notification:
        return self.verify(evidence, body)

    def agreed_at(self, body: bytes) -> datetime | None:
        return None

    def remote_updates(self, since: datetime) -> Iterator[str]:
        return iter(())

    def movements(self, since: datetime, until: datetime) -> Iterator[ObservedFact]:
        return iter(())
