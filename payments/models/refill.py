"""Automatic refill: saved cards, the rule, each slot of a day, and the history people read.

What must hold whoever writes is in migrations/refill_guards.sql: a day's slots and its largest
sum, days that never go back, one open attempt at a time, a history that only grows.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from billing.models import Balance, Purse
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from payments.refill_numbers import RefillNumbers
from payments.refill_reasons import Reason

_GATEWAY_ID_LENGTH = 255
_BANKS_DAY_IS_LATER = timedelta(days=1)  # the month ends last there, not in UTC
WARNED_BEFORE = timedelta(days=30)  # how long before a card expires its owner hears of it
REFILLS_PER_DAY_BOUND = 20  # more often than hourly is a threshold set too low


class GatewayCustomer(models.Model):
    """Who the customer is at a gateway that keeps their cards."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    gateway = models.CharField(max_length=10)
    gateway_id = models.CharField(_("gateway's id"), max_length=_GATEWAY_ID_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "gateway"], name="customer_is_known_once_at_a_gateway"
            ),
        ]

    def __str__(self) -> str:
        return self.gateway_id


class SavedCard(models.Model):
    """A card kept at the gateway for later charges: brand, last four and expiry, never a number.

    `position` orders the customer's cards, the lowest is tried first. `refused_at` is when its
    bank refused it for good; it is then tried after all others. One that was removed stays for
    the history; `forget_at` is when the gateway is asked (again) to forget it, None once it has.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="saved_cards")
    gateway_id = models.CharField(_("gateway's id"), max_length=_GATEWAY_ID_LENGTH, unique=True)
    brand = models.CharField(_("brand"), max_length=20)
    last_four = models.CharField(_("last four digits"), max_length=4)
    expires_year = models.PositiveSmallIntegerField(_("expires in year"))
    expires_month = models.PositiveSmallIntegerField(_("expires in month"))
    fingerprint = models.CharField(max_length=64, blank=True)
    position = models.PositiveIntegerField(_("position"))
    refused_at = models.DateTimeField(_("refused"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    forget_at = models.DateTimeField(_("to be forgotten by the gateway"), null=True, blank=True)
    created_at = models.DateTimeField(_("saved"), default=utc_now)

    class Meta:
        verbose_name = _("saved card")
        ordering = ["position", "pk"]
        indexes = [
            models.Index(
                fields=["forget_at"], condition=Q(forget_at__isnull=False), name="card_to_forget"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand.capitalize()} {self.last_four}"

    @property
    def expires(self) -> str:
        return f"{self.expires_month:02}/{self.expires_year}"

    def is_expired(self, now: datetime) -> bool:
        """A card is good until the end of its month; a day more, as its bank's day may be later."""
        until = now - _BANKS_DAY_IS_LATER
        return (until.year, until.month) > (self.expires_year, self.expires_month)


class CardSetup(models.Model):
    """A customer is saving a card without paying. When done, `rule` is turned on or gets it, and
    it takes the place of the card it `replaces`."""

    key = models.UUIDField(unique=True, default=uuid4)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="card_setups")
    rule = models.ForeignKey(
        "AutoRefillRule", on_delete=models.PROTECT, null=True, related_name="+"
    )
    replaces = models.ForeignKey(SavedCard, on_delete=models.PROTECT, null=True, related_name="+")
    gateway_id = models.CharField(max_length=_GATEWAY_ID_LENGTH, blank=True)
    card = models.ForeignKey(SavedCard, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=utc_now)
    look_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["look_at"], condition=Q(look_at__isnull=False), name="card_setup_to_look_at"
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)


class AutoRefillRule(models.Model):
    """When a balance falls under `threshold`, charge `deposit` (or a multiple), so often a day.

    The same row is turned off and on again: slots of a day outlive a cancellation. With
    `days_left` the threshold follows the customer's pace and is set anew each night.
    Its days are those of the customer's time zone. `consent_…` is what the
    customer agreed to last, as it was shown; every earlier one is in the history.
    """

    class State(models.TextChoices):
        SETTING_UP = "setting_up", _("Waiting for your card")
        ACTIVE = "active", _("On")
        NEEDS_CONFIRMATION = "needs_confirmation", _("Waiting for your confirmation")
        PAUSED = "paused", _("Paused")
        DISABLED = "disabled", _("Off")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="refill_rules")
    purse = models.CharField(_("balance"), max_length=5, choices=Purse.choices)
    balance = models.OneToOneField(Balance, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(_("currency"), max_length=3)
    deposit = models.DecimalField(_("deposit amount"), max_digits=20, decimal_places=6)
    threshold = models.DecimalField(_("threshold"), max_digits=20, decimal_places=6)
    days_left = models.PositiveSmallIntegerField(_("refill at days left"), null=True, blank=True)
    refills_per_day_max = models.PositiveSmallIntegerField(_("maximum payments per day"))
    monthly_amount_max = models.DecimalField(
        _("maximum per month"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    card = models.ForeignKey(
        SavedCard, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("state"), max_length=18, choices=State.choices)
    paused_reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    declines_in_a_row = models.PositiveSmallIntegerField(_("declines in a row"), default=0)
    declined_at = models.DateTimeField(_("last declined"), null=True, blank=True)
    not_before = models.DateTimeField(_("not tried before"), null=True, blank=True)
    consent_text = models.TextField(_("agreed to"))
    consent_at = models.DateTimeField(_("agreed at"))
    consent_address = models.GenericIPAddressField(_("agreed from"), null=True)
    created_at = models.DateTimeField(default=utc_now)

    class Meta:
        verbose_name = _("automatic refill")
        verbose_name_plural = _("automatic refills")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "purse"], name="balance_has_one_refill_rule"
            ),
            models.CheckConstraint(
                condition=Q(deposit__gt=0, threshold__gt=0), name="refill_amounts_are_positive"
            ),
            models.CheckConstraint(
                condition=Q(
                    refills_per_day_max__gte=1, refills_per_day_max__lte=REFILLS_PER_DAY_BOUND
                ),
                name="refills_per_day_are_from_1_to_20",
            ),
            models.CheckConstraint(
                condition=Q(monthly_amount_max=None)
                | Q(monthly_amount_max__gte=models.F("deposit")),
                name="refill_month_holds_at_least_one_deposit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.purse}"

    @property
    def purse_choice(self) -> Purse:
        return Purse(self.purse)

    @property
    def deposit_money(self) -> Money:
        return Money(self.deposit, self.currency)

    @property
    def threshold_money(self) -> Money:
        return Money(self.threshold, self.currency)

    @property
    def day_money_max(self) -> Money:
        """What one local day can cost at most."""
        return Money(self.deposit * self.refills_per_day_max, self.currency)

    @property
    def monthly_money_max(self) -> Money | None:
        amount = self.monthly_amount_max
        return None if amount is None else Money(amount, self.currency)

    @property
    def numbers(self) -> RefillNumbers:
        """As they stand now, and as the customer agreed to them but for a paced threshold."""
        return RefillNumbers(
            self.deposit_money,
            self.threshold_money,
            self.refills_per_day_max,
            self.monthly_money_max,
            self.days_left,
        )

    @property
    def is_on(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def can_pause(self) -> bool:
        """Resuming gives no card: what has not begun would go on with one that nobody chose."""
        return self.state in {self.State.ACTIVE, self.State.NEEDS_CONFIRMATION}


class RefillAttempt(models.Model):
    """One slot of a local day, reserved before the charge. A failed attempt keeps its slot.

    `n` of `day_max` on `local_day`, which ended or ends at `day_ends_at`. `card` is None for the
    customer's own first payment, which is confirmed on our page. The top-up is made in the same
    transaction and carries the money the usual way.
    """

    class State(models.TextChoices):
        CHARGING = "charging", _("Being charged")
        CONFIRMING = "confirming", _("Waiting for your confirmation")
        DONE = "done", _("Charged")
        FAILED = "failed", _("Not charged")

    rule = models.ForeignKey(AutoRefillRule, on_delete=models.PROTECT, related_name="attempts")
    local_day = models.DateField(_("day"))
    n = models.PositiveSmallIntegerField(_("of the day"))
    day_max = models.PositiveSmallIntegerField(_("maximum of the day"))
    day_ends_at = models.DateTimeField(_("day ends"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3)
    card = models.ForeignKey(SavedCard, on_delete=models.PROTECT, null=True, related_name="+")
    top_up = models.OneToOneField(
        "payments.TopUp", on_delete=models.PROTECT, related_name="refill_attempt"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.CHARGING
    )
    reason = models.CharField(_("why not"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("reserved"), default=utc_now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("refill attempt")
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "local_day", "n"], name="refill_slot_is_used_once"
            ),
            models.CheckConstraint(
                condition=Q(n__gte=1, n__lte=models.F("day_max")),
                name="refill_slot_is_within_the_daily_maximum",
            ),
            models.UniqueConstraint(
                fields=["rule"],
                condition=Q(state__in=["charging", "confirming"]),
                name="rule_has_one_open_refill",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="refill_by_time"),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["charging", "confirming"]),
                name="refill_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.local_day} {self.n}/{self.day_max}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.CHARGING, self.State.CONFIRMING}


class RefillNote(models.Model):
    """One line of a rule's history: a charge, "not charged because …", or a change by somebody.

    `facts` are what the words of `code` need (payments.refill_texts), as plain texts. The same
    "no" again is counted in `times` and moves `last_at`; nothing else ever changes.
    """

    rule = models.ForeignKey(AutoRefillRule, on_delete=models.PROTECT, related_name="notes")
    code = models.CharField(_("what"), max_length=20, choices=Reason.choices)
    facts: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    attempt = models.ForeignKey(
        RefillAttempt, on_delete=models.PROTECT, null=True, related_name="notes"
    )
    at = models.DateTimeField(_("first"), default=utc_now)
    last_at = models.DateTimeField(_("last"), default=utc_now)
    times = models.PositiveIntegerField(_("times"), default=1)

    class Meta:
        verbose_name = _("refill note")
        indexes = [
            models.Index(fields=["rule", "-id"], name="refill_note_by_rule"),
            models.Index(
                fields=["last_at"], condition=Q(code="guard"), name="refill_note_of_guard"
            ),
        ]

    def __str__(self) -> str:
        return self.code
