"""What staff change by hand on a customer's balance: an entry, or its credit limit."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffDecision
from billing.models.accounts import LedgerAccount
from billing.models.journal import JournalEntry, amount_field
from commpeak.lib.money import Money


class ManualEntry(StaffDecision):
    """A credit (positive) or debit (negative) of a customer's balance, decided by staff.

    `entry` is what it posted; UNDONE, that entry has its reversal. `request_key` is of the form
    that was sent, so that a double click proposes once. What was proposed never changes: a
    trigger holds it (migrations/staff_decisions.sql).
    """

    account = models.ForeignKey(
        LedgerAccount,
        verbose_name=_("balance"),
        on_delete=models.PROTECT,
        related_name="manual_entries",
    )
    amount = amount_field(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    entry = models.OneToOneField(
        JournalEntry,
        verbose_name=_("journal entry"),
        on_delete=models.PROTECT,
        related_name="manual_entry",
        null=True,
        blank=True,
    )
    request_key = models.UUIDField(editable=False)

    class Meta(StaffDecision.Meta):
        verbose_name = _("manual entry")
        verbose_name_plural = _("manual entries")
        permissions = [
            ("decide_manualentry", _("Can approve or decline a manual entry")),
            ("undo_manualentry", _("Can undo a manual entry")),
        ]
        constraints = [
            *StaffDecision.Meta.constraints,
            models.UniqueConstraint(fields=["request_key"], name="manual_entry_is_asked_for_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="manual_entry_is_not_zero"),
            models.CheckConstraint(condition=~Q(reason=""), name="manual_entry_has_a_reason"),
            models.CheckConstraint(
                condition=Q(entry__isnull=False, stage__in=["done", "undone"])
                | Q(entry__isnull=True, stage__in=["waiting", "declined"]),
                name="manual_entry_is_posted_when_it_says_so",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.money} · {self.account.code}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class CreditLimitChange(StaffDecision):
    """How far below zero a balance may go: `before`, and `after` once it is DONE.

    `before` is what it was when the change was proposed.
    """

    account = models.ForeignKey(
        LedgerAccount,
        verbose_name=_("balance"),
        on_delete=models.PROTECT,
        related_name="credit_limit_changes",
    )
    before = amount_field(_("limit before"))
    after = amount_field(_("new limit"))
    currency = models.CharField(_("currency"), max_length=3)
    request_key = models.UUIDField(editable=False)

    class Meta(StaffDecision.Meta):
        verbose_name = _("change of a credit limit")
        verbose_name_plural = _("changes of credit limits")
        permissions = [
            ("decide_creditlimitchange", _("Can approve or decline a change of a credit limit")),
        ]
        constraints = [
            *StaffDecision.Meta.constraints,
            models.UniqueConstraint(fields=["request_key"], name="limit_change_is_asked_for_once"),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(stage="waiting"),
                name="one_limit_change_of_a_balance_waits",
            ),
            models.CheckConstraint(
                condition=Q(after__gte=0) & ~Q(after=F("before")),
                name="new_limit_is_another_and_not_negative",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="limit_change_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.limit_before} → {self.limit_after} · {self.account.code}"

    @property
    def limit_before(self) -> Money:
        return Money(self.before, self.currency)

    @property
    def limit_after(self) -> Money:
        return Money(self.after, self.currency)
