"""Wires that have arrived, and whose they are."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffDecision
from billing.models import JournalEntry
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from payments.models.payments import Payment, TopUp
from payments.models.statements import ROW_KEY_LENGTH, StatementLine
from payments.models.wire import BankAccount

RATE_DIGITS, RATE_PLACES = 20, 10
NOTE_LENGTH = 500


class Receipt(models.Model):
    """A wire that arrived: one credit on a statement of ours, in suspense from the first moment.

    `open_amount` is what nobody has been found for yet; the database keeps it equal to `amount`
    less what allocations hold (receipts.sql). `expected_top_up` is the one that its reference
    named beyond doubt when it came, so that its customer sees that the money is there.
    """

    line = models.OneToOneField(StatementLine, on_delete=models.PROTECT, related_name="receipt")
    bank_account = models.ForeignKey(
        BankAccount, verbose_name=_("bank account"), on_delete=models.PROTECT
    )
    row_key = models.CharField(max_length=ROW_KEY_LENGTH, editable=False)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3)
    open_amount = models.DecimalField(_("in suspense"), max_digits=20, decimal_places=6)
    booked_on = models.DateField(_("booked"))
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="+")
    expected_top_up = models.ForeignKey(
        TopUp, on_delete=models.PROTECT, related_name="seen_wires", null=True, blank=True
    )
    created_at = models.DateTimeField(_("posted"), default=utc_now)

    class Meta:
        verbose_name = _("wire received")
        verbose_name_plural = _("wires received")
        permissions = [
            ("match_receipt", _("Can credit wires to customers")),
            ("return_receipt", _("Can send wires back")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["row_key"], name="wire_is_received_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(open_amount__gte=0, open_amount__lte=F("amount")),
                name="receipt_is_not_given_out_beyond_its_amount",
            ),
        ]
        indexes = [
            models.Index(
                fields=["booked_on", "id"], condition=Q(open_amount__gt=0), name="receipt_open"
            ),
            models.Index(fields=["bank_account", "booked_on"], name="receipt_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.money} {self.booked_on:%Y-%m-%d} {self.line.payer_name}".strip()

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def open_money(self) -> Money:
        return Money(self.open_amount, self.currency)


class Allocation(StaffDecision):
    """What staff decided to do with a wire or a part of it: credit it, or send it back.

    `amount` is in the currency of the wire. A credit names its `top_up` and what its balance
    gets, `credited`, in that one's currency; `rate` is the bank's, in units credited per unit
    received, where the two differ. DONE has been posted as `entry`; UNDONE was reversed by
    `reversal`. `payment` is the try that the money was booked on.
    """

    class Kind(models.TextChoices):
        CREDIT = "credit", _("Credited")
        RETURN = "return", _("Sent back")

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="allocations")
    request_key = models.UUIDField(unique=True, editable=False)  # a second click finds this
    kind = models.CharField(_("what"), max_length=6, choices=Kind.choices)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    top_up = models.ForeignKey(
        TopUp, on_delete=models.PROTECT, related_name="allocations", null=True, blank=True
    )
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="allocations", null=True, blank=True
    )
    credited_amount = models.DecimalField(
        _("credited"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    rate = models.DecimalField(
        _("rate"), max_digits=RATE_DIGITS, decimal_places=RATE_PLACES, null=True, blank=True
    )
    return_reference = models.CharField(_("reference of the return"), max_length=100, blank=True)
    entry = models.OneToOneField(
        JournalEntry, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reversal = models.OneToOneField(
        JournalEntry, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undone by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )

    class Meta(StaffDecision.Meta):
        verbose_name = _("allocation of a wire")
        verbose_name_plural = _("allocations of wires")
        permissions = [("approve_allocation", _("Can approve what another one has proposed"))]
        constraints = [
            *StaffDecision.Meta.constraints,
            models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(kind="credit", top_up__isnull=False, credited_amount__gt=0)
                | Q(kind="return", top_up__isnull=True, credited_amount__isnull=True),
                name="credits_alone_have_a_top_up",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["done", "undone"], entry__isnull=False)
                | Q(stage__in=["waiting", "declined"], entry__isnull=True),
                name="allocation_is_done_with_its_entry",
            ),
            models.CheckConstraint(
                condition=Q(stage="undone", reversal__isnull=False, undone_by__isnull=False)
                | (~Q(stage="undone") & Q(reversal__isnull=True)),
                name="allocation_is_undone_with_its_reversal",
            ),
        ]
        indexes = [
            models.Index(
                fields=["proposed_at"], condition=Q(stage="waiting"), name="allocation_waiting"
            ),
        ]

    def __str__(self) -> str:
        whose = self.top_up.reference if self.top_up else self.get_kind_display()
        return f"{self.money} → {whose}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.receipt.currency)

    @property
    def credited(self) -> Money | None:
        if self.credited_amount is None or self.top_up is None:
            return None
        return Money(self.credited_amount, self.top_up.currency)

    @property
    def fact_id(self) -> str:
        """The id under which the payment keeps this as a fact."""
        return f"receipt-{self.receipt_id}-{self.pk}"


class ReceiptNote(models.Model):
    """What staff know of a wire that stays in suspense. Append-only."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("note"), max_length=NOTE_LENGTH)
    written_at = models.DateTimeField(_("written"), default=utc_now)

    class Meta:
        verbose_name = _("note on a wire")
        verbose_name_plural = _("notes on wires")

    def __str__(self) -> str:
        return self.text
