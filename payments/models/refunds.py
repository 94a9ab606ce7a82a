"""Giving money back: what was asked, who decided, and the fact that proves it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commpeak.lib.clock import utc_now
from commpeak.lib.ids import new_refund_reference
from commpeak.lib.money import Money
from payments.models.payments import Payment, PaymentFact
from payments.refund_states import RefundState

COMMENT_CHARACTERS_MAX = 500


class Refund(models.Model):
    """A part of a payment, or all of it, to be given back the way it came.

    What was asked never changes; `state` moves only by payments.services.move_refund.
    `needs_second` says that staff asked for more than one of them may give back alone. The
    `reference` is our key at the gateway, too. `capture` is the money that goes back, `proof`
    the fact that it did. `due_at` is when the gateway is asked (again) while it is approved,
    `sent_at` when it accepted. Together with what was refunded or disputed otherwise, refunds
    never exceed what came: see refunds_never_exceed_what_was_captured in refunds.sql.
    """

    class Reason(models.TextChoices):
        WRONG_AMOUNT = "wrong_amount", _("Wrong top-up amount")
        WRONG_BALANCE = "wrong_balance", _("Topped up the wrong balance")
        PAID_TWICE = "paid_twice", _("Paid twice by mistake")
        NOT_NEEDED = "not_needed", _("I no longer need the service")
        OTHER = "other", _("Something else")

    class AskedBy(models.TextChoices):
        CUSTOMER = "customer", _("the customer")
        STAFF = "staff", _("staff")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    capture = models.ForeignKey(
        PaymentFact, verbose_name=_("of"), on_delete=models.PROTECT, related_name="refunds_asked"
    )
    reference = models.CharField(
        _("reference"), max_length=12, unique=True, default=new_refund_reference
    )
    request_key = models.UUIDField(help_text=_("made with the form: a second click finds this"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices)
    comment = models.CharField(_("in words"), max_length=COMMENT_CHARACTERS_MAX, blank=True)
    asked_by = models.CharField(_("asked by"), max_length=8, choices=AskedBy.choices)
    asker = models.CharField(_("login"), max_length=254)
    created_at = models.DateTimeField(_("asked at"), default=utc_now)
    needs_second = models.BooleanField(_("needs a second person"), default=False)
    state = models.CharField(
        _("state"), max_length=9, choices=RefundState.choices, default=RefundState.REQUESTED
    )
    decided_by = models.CharField(_("decided by"), max_length=254, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision = models.CharField(_("because"), max_length=300, blank=True)
    due_at = models.DateTimeField(_("gateway asked next"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("asked so often"), default=0)
    sent_at = models.DateTimeField(_("accepted by the gateway"), null=True, blank=True)
    last_error = models.CharField(_("last answer"), max_length=300, blank=True)
    proof = models.OneToOneField(
        PaymentFact,
        verbose_name=_("proof"),
        on_delete=models.PROTECT,
        related_name="refund",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_is_positive"),
            models.UniqueConstraint(
                fields=["payment", "request_key"], name="refund_form_is_used_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=RefundState.PROCESSED) | Q(proof__isnull=False),
                name="processed_refund_has_its_proof",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[RefundState.PROCESSED, RefundState.FAILED])
                | Q(proof__isnull=True),
                name="only_money_that_left_is_proven",
            ),
            models.CheckConstraint(
                condition=Q(state=RefundState.REQUESTED) | ~Q(decided_by=""),
                name="refund_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(needs_second=False)
                | Q(state__in=[RefundState.REQUESTED, RefundState.DECLINED])
                | ~Q(decided_by=F("asker")),
                name="large_refund_of_staff_is_approved_by_another_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(due_at__isnull=False), name="refund_to_process"
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=[RefundState.REQUESTED, RefundState.APPROVED]),
                name="refund_under_way",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("refund", args=[self.reference])

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class RefundEvent(models.Model):
    """One line of a refund's history: who moved it, and why. Append-only."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(default=utc_now)
    actor = models.CharField(_("by"), max_length=254)
    from_state = models.CharField(max_length=9, choices=RefundState.choices, blank=True)
    to_state = models.CharField(max_length=9, choices=RefundState.choices)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
