"""Figures derived from postings: balances, the queue of low ones, and snapshots."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from billing.models.accounts import LedgerAccount
from billing.models.journal import AMOUNT_DIGITS, AMOUNT_PLACES


class Balance(models.Model):
    """What a customer's ledger account holds now, in the account's own currency.

    Opened with the account and moved with its postings, both by the database; only
    `credit_limit` and `low_balance_mark` are ours to set (`save(update_fields=[…])`). Internal
    accounts have none: everyone would queue for the clearing account's row. No index may
    mention a column that moves, or updates stop being heap-only.
    """

    account = models.OneToOneField(
        LedgerAccount, on_delete=models.PROTECT, primary_key=True, related_name="balance"
    )
    currency = models.CharField(_("currency"), max_length=3, editable=False)
    amount = models.DecimalField(
        _("amount"), max_digits=AMOUNT_DIGITS, decimal_places=AMOUNT_PLACES, editable=False
    )
    credit_limit = models.DecimalField(
        _("credit limit"), max_digits=AMOUNT_DIGITS, decimal_places=AMOUNT_PLACES, default=0
    )
    low_balance_mark = models.DecimalField(
        _("low-balance mark"),
        max_digits=AMOUNT_DIGITS,
        decimal_places=AMOUNT_PLACES,
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_limit__gte=0), name="credit_limit_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.amount:f}"


class DueBalance(models.Model):
    """A balance that a debit left under its `low_balance_mark`: the due queue.

    Level-triggered: every such debit puts the balance here if it is not here yet, in the
    debit's own transaction. The row goes once the balance is up again (release_due_balance).

    `look_at` is when a worker looks at it (again); None when there is nothing to do for now.
    Then the next debit that leaves it under `look_below` asks for another look, so that a mark
    which several watchers share still tells each about its own crossing.
    """

    balance = models.OneToOneField(
        Balance, on_delete=models.PROTECT, primary_key=True, related_name="due"
    )
    since = models.DateTimeField(db_default=Now())
    look_at = models.DateTimeField(_("looked at next"), null=True, db_default=Now())
    look_below = models.DecimalField(
        max_digits=AMOUNT_DIGITS, decimal_places=AMOUNT_PLACES, null=True
    )

    class Meta:
        verbose_name = _("low balance")
        verbose_name_plural = _("low balances")
        indexes = [
            models.Index(
                fields=["look_at"],
                condition=Q(look_at__isnull=False),
                name="due_balance_to_look_at",
            ),
        ]

    def __str__(self) -> str:
        return str(self.balance_id)


class AccountSnapshot(models.Model):
    """The sum of an internal account's postings up to and including `last_posting_id`.

    Its balance is the newest snapshot plus the postings after it.
    """

    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, db_index=False)
    last_posting_id = models.BigIntegerField()
    amount = models.DecimalField(max_digits=AMOUNT_DIGITS, decimal_places=AMOUNT_PLACES)
    cut_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "last_posting_id"], name="snapshot_is_cut_once_per_posting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} at {self.last_posting_id}: {self.amount:f}"
