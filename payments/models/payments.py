"""What was asked (top-up), each try at it (payment), and all that is known of each try."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from billing.models import JournalEntry, Purse
from commpeak.lib.clock import utc_now
from commpeak.lib.ids import new_top_up_reference
from commpeak.lib.money import Money
from payments.gateways.base import Waiting
from payments.states import DEAD, OPEN, PAID, Fact, FactKind, State

CODE_LENGTH = 10  # of a gateway; which ones there are is in payments.gateways.registry


class TopUp(models.Model):
    """What the customer asked for. One permalink, one status page; never changes.

    `number` counts the customer's top-ups from 1: short enough for the reference of a wire.
    `method` is the code of the gateway that the customer chose.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="top_ups")
    reference = models.CharField(
        _("reference"), max_length=12, unique=True, default=new_top_up_reference
    )
    number = models.PositiveIntegerField(_("number"))
    request_key = models.UUIDField(help_text=_("made with the form: a second click finds this"))
    purse = models.CharField(_("balance"), max_length=5, choices=Purse.choices)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3)
    method = models.CharField(_("paid by"), max_length=CODE_LENGTH)
    ip_address = models.GenericIPAddressField(_("asked from"), null=True)
    created_at = models.DateTimeField(_("asked at"), default=utc_now)

    class Meta:
        verbose_name = _("top-up")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="top_up_amount_is_positive"),
            models.UniqueConstraint(
                fields=["customer", "request_key"], name="top_up_form_is_used_once"
            ),
            models.UniqueConstraint(
                fields=["customer", "number"], name="top_up_number_is_given_once"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-created_at"], name="top_up_by_customer"),
            models.Index(fields=["ip_address", "-created_at"], name="top_up_by_address"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("topup-status", args=[self.reference])

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def purse_choice(self) -> Purse:
        return Purse(self.purse)


class Payment(models.Model):
    """One try to pay a top-up through one gateway.

    `state` moves only by payments.services.apply_snapshot. `observed_at` is when the newest
    answer applied so far was asked for; what an older answer says of passing things (pending,
    what the customer has to do) is ignored, while the facts in it always count. `waiting` is a
    gateways.base.Waiting of that answer; read it as `waiting_for`. `may_change_until` is how
    long it is asked about although it is over, `answer_by` when an open dispute wants our answer.
    `agreed_at` is when its payer was last known to come from the gateway's page; until a decline
    that is no older, nothing is tried again.
    """

    top_up = models.ForeignKey(TopUp, on_delete=models.PROTECT, related_name="payments")
    gateway = models.CharField(_("gateway"), max_length=CODE_LENGTH)
    gateway_id = models.CharField(_("gateway's id"), max_length=255, blank=True)
    idempotency_key = models.CharField(max_length=64, unique=True)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3)
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.CREATED
    )
    needs_review = models.CharField(_("needs review because"), max_length=300, blank=True)
    instrument = models.CharField(_("paid with"), max_length=60, blank=True)
    payer_email = models.CharField(_("payer's e-mail there"), max_length=254, blank=True)
    waiting = models.JSONField(_("waits for"), null=True, blank=True, encoder=DjangoJSONEncoder)
    may_change_until = models.DateTimeField(_("may change until"), null=True, blank=True)
    agreed_at = models.DateTimeField(_("payer last at the gateway"), null=True, blank=True)
    answer_by = models.DateTimeField(_("answer the dispute by"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=utc_now)
    observed_at = models.DateTimeField(_("last seen at the gateway"), null=True, blank=True)
    next_poll_at = models.DateTimeField(_("asked again at"), null=True, blank=True)
    poll_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_is_positive"),
            models.UniqueConstraint(
                fields=["gateway", "gateway_id"],
                condition=~Q(gateway_id=""),
                name="gateway_object_belongs_to_one_payment",
            ),
            models.UniqueConstraint(
                fields=["top_up"],
                condition=Q(state__in=[state.value for state in sorted(OPEN)]),
                name="top_up_has_one_open_payment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_poll_at"],
                condition=Q(next_poll_at__isnull=False),
                name="payment_to_poll",
            ),
            models.Index(
                fields=["created_at"], condition=~Q(needs_review=""), name="payment_to_review"
            ),
            models.Index(
                fields=["answer_by"], condition=Q(state="disputed"), name="payment_disputed"
            ),
            # "I paid, where is it?"
            models.Index(fields=["amount", "-created_at"], name="payment_by_amount"),
        ]

    def __str__(self) -> str:
        return self.idempotency_key

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_paid(self) -> bool:
        return self.state in PAID

    @property
    def is_dead(self) -> bool:
        return self.state in DEAD

    @property
    def waiting_for(self) -> Waiting | None:
        if not self.waiting:
            return None
        by = self.waiting["expected_by"]
        facts = self.waiting | {"expected_by": datetime.fromisoformat(by) if by else None}
        return Waiting(**facts | {"ids": tuple(self.waiting.get("ids", ()))})

    @waiting_for.setter
    def waiting_for(self, waiting: Waiting | None) -> None:
        self.waiting = asdict(waiting) if waiting else None


class PaymentFact(models.Model):
    """Something certain about a payment, and the journal entry that records it. Append-only.

    Keyed by the gateway's own object id, so that the same capture told twice, by whatever way,
    is one row. A `DISPUTE_LOST` moves no money (the dispute did) and has no entry.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="facts")
    gateway = models.CharField(max_length=CODE_LENGTH)
    kind = models.CharField(max_length=16, choices=FactKind.choices)
    object_id = models.CharField(_("gateway's id"), max_length=255)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3)
    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, null=True, related_name="+")
    occurred_at = models.DateTimeField(_("happened at"))
    created_at = models.DateTimeField(_("recorded at"), default=utc_now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "kind", "object_id"], name="gateway_fact_is_recorded_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="fact_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(kind=FactKind.DISPUTE_LOST) | Q(entry__isnull=False),
                name="fact_that_moves_money_is_in_the_ledger",
            ),
        ]
        indexes = [
            # by the beginning too: behind a transaction's hash stands which part of it is ours
            models.Index(
                fields=["object_id"], name="fact_by_object_id", opclasses=["varchar_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    def as_fact(self) -> Fact:
        return Fact(FactKind(self.kind), self.object_id, self.amount)


class Decline(models.Model):
    """A refusal of the customer's card. The payment stays open: another card may be tried."""

    class Kind(models.TextChoices):
        """What the customer can do about it."""

        SOFT = "soft", _("try again or use another card")
        HARD = "hard", _("use another card")
        AUTHENTICATION = "authentication", _("confirm the payment with the bank")
        NOT_ACCEPTED = "not_accepted", _("we cannot take this card")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="declines")
    object_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    code = models.CharField(_("gateway's code"), max_length=64)
    fingerprint = models.CharField(_("card fingerprint"), max_length=64, blank=True)
    created_at = models.DateTimeField(default=utc_now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "object_id"], name="decline_is_recorded_once"
            ),
        ]
        indexes = [
            models.Index(fields=["fingerprint", "-created_at"], name="decline_by_fingerprint"),
            models.Index(fields=["created_at"], name="decline_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.kind})"


class PaymentEvent(models.Model):
    """One line of a payment's history: who told us, and what changed. Append-only."""

    class Source(models.TextChoices):
        WEB = "web", _("the customer's visit")
        WEBHOOK = "webhook", _("the gateway's message")
        POLL = "poll", _("our own check")
        STAFF = "staff", _("support")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(default=utc_now)
    source = models.CharField(max_length=7, choices=Source.choices)
    from_state = models.CharField(max_length=20, choices=State.choices)
    to_state = models.CharField(max_length=20, choices=State.choices)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class WebhookEvent(models.Model):
    """A gateway's message as it came, and what became of it.

    Its signature is proven, or `evidence` holds what a worker needs to have it proven first.

    The body is only a hint: the object it names is fetched from the gateway. `due_at` is when
    a worker has to look at it (again); None when it is done with.
    """

    class Status(models.TextChoices):
        RECEIVED = "received", _("waiting")
        PROCESSED = "processed", _("done")
        IGNORED = "ignored", _("nothing to do")
        FAILED = "failed", _("needs a human")
        FORGED = "forged", _("not from the gateway")

    gateway = models.CharField(max_length=CODE_LENGTH)
    event_id = models.CharField(_("gateway's event id"), max_length=255)
    event_type = models.CharField(_("type"), max_length=100)
    gateway_id = models.CharField(_("about"), max_length=255, blank=True)
    body = models.BinaryField()
    evidence = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField(default=utc_now)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.RECEIVED)
    due_at = models.DateTimeField(null=True, blank=True, default=utc_now)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        permissions = [("replay_webhookevent", _("Can replay a gateway's message"))]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "event_id"], name="webhook_event_is_stored_once"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="webhook_due"),
            models.Index(
                fields=["received_at"], condition=Q(status="failed"), name="webhook_failed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}"


class GatewayWatermark(models.Model):
    """Up to when a gateway's own list of changes has been read."""

    gateway = models.CharField(primary_key=True, max_length=CODE_LENGTH)
    read_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.gateway} {self.read_until:%Y-%m-%d %H:%M}"
