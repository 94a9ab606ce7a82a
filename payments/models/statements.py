"""Bank statements as they were uploaded, and what their lines say."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from payments.models.wire import BankAccount
from payments.statements.base import LineKind

TEXT_LENGTH = 4000  # of all that a payer can write, pieces joined; longer is cut when kept
NAME_LENGTH = 500
PROBLEM_LENGTH = 1000
ROW_KEY_LENGTH = 160


class StatementUpload(models.Model):
    """One file, kept with its bytes, its hash and who uploaded it.

        reading ─→ unmapped ─→ reading        a CSV whose columns staff confirm first
           ├─────→ refused                    nothing of it is taken; `problem` says why
           └─────→ ready ─→ posting ─→ posted
        unmapped | refused | ready ─→ discarded

    READY is the dry run: every line with its verdict, nothing posted. `due_at` is when a worker
    looks at it (again); None when it waits for a person or is done with.
    """

    class State(models.TextChoices):
        READING = "reading", _("Being read")
        UNMAPPED = "unmapped", _("Confirm the columns")
        REFUSED = "refused", _("Cannot be taken")
        READY = "ready", _("Ready to be posted")
        POSTING = "posting", _("Being posted")
        POSTED = "posted", _("Posted")
        DISCARDED = "discarded", _("Discarded")

    name = models.CharField(_("file"), max_length=150)
    stored_as = models.CharField(max_length=100, unique=True, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size_bytes = models.PositiveIntegerField(_("size in bytes"))
    format = models.CharField(_("format"), max_length=20, blank=True)
    bank_account = models.ForeignKey(
        BankAccount,
        verbose_name=_("bank account"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text=_("where the file itself does not name one"),
    )
    mapping = models.JSONField(_("columns"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.READING)
    problem = models.CharField(_("why not"), max_length=PROBLEM_LENGTH, blank=True)
    credits_count = models.PositiveIntegerField(_("credits to post"), default=0)
    posted_up_to = models.BigIntegerField(default=0, editable=False)  # the last line's id
    posted_count = models.PositiveIntegerField(_("posted"), default=0)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("uploaded"), default=utc_now)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("posted by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    due_at = models.DateTimeField(null=True, blank=True, default=utc_now, editable=False)

    class Meta:
        verbose_name = _("statement file")
        verbose_name_plural = _("statement files")
        permissions = [("upload_statement", _("Can upload and post bank statements"))]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(due_at__isnull=False), name="statement_upload_due"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_being_worked_on(self) -> bool:
        return self.state in {self.State.READING, self.State.POSTING}

    @property
    def may_be_discarded(self) -> bool:
        return self.state in {self.State.UNMAPPED, self.State.REFUSED, self.State.READY}


class ColumnMapping(models.Model):
    """How the CSV files of a bank are read, as staff confirmed it for the last one."""

    bank_account = models.OneToOneField(BankAccount, on_delete=models.PROTECT)
    mapping = models.JSONField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(default=utc_now)

    def __str__(self) -> str:
        return str(self.bank_account)


class Statement(models.Model):
    """One statement of one of our bank accounts, as the bank wrote it. Balances are signed."""

    upload = models.ForeignKey(StatementUpload, on_delete=models.CASCADE, related_name="statements")
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT)
    statement_id = models.CharField(_("the bank's number"), max_length=100, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    opening = models.DecimalField(_("opening"), max_digits=20, decimal_places=6, null=True)
    closing = models.DecimalField(_("closing"), max_digits=20, decimal_places=6, null=True)
    no_difference_because = models.CharField(_("not added up because"), max_length=200, blank=True)
    first_day = models.DateField(_("from"), null=True)
    last_day = models.DateField(_("to"), null=True)

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")

    def __str__(self) -> str:
        return f"{self.bank_account} {self.statement_id}".strip()


class StatementLine(models.Model):
    """One line as the bank told it (payments.statements.base.ParsedLine). Never changes.

    `row_key` is the same whenever the same movement comes again. `is_known` tells that it had
    come before when this file was read.
    """

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="lines")
    ordinal = models.PositiveIntegerField(_("line"))
    file_line = models.PositiveIntegerField(_("line of the file"))
    kind = models.CharField(_("verdict"), max_length=10, choices=LineKind.choices)
    is_known = models.BooleanField(_("already known"))
    row_key = models.CharField(max_length=ROW_KEY_LENGTH)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6, null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    is_credit = models.BooleanField(_("credit"))
    booked_on = models.DateField(_("booked"), null=True)
    value_on = models.DateField(_("value date"), null=True)
    bank_id = models.CharField(_("the bank's id"), max_length=NAME_LENGTH, blank=True)
    payer_name = models.CharField(_("payer"), max_length=NAME_LENGTH, blank=True)
    payer_account = models.CharField(_("payer's account"), max_length=50, blank=True)
    reference = models.CharField(_("reference"), max_length=NAME_LENGTH, blank=True)
    end_to_end_id = models.CharField(_("end-to-end id"), max_length=NAME_LENGTH, blank=True)
    text = models.CharField(_("text"), max_length=TEXT_LENGTH, blank=True)
    problem = models.CharField(_("why not"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("statement line")
        verbose_name_plural = _("statement lines")
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "ordinal"], name="statement_line_is_read_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind="credit") | Q(amount__gt=0, booked_on__isnull=False),
                name="credited_line_has_amount_and_day",
            ),
        ]
        indexes = [
            models.Index(fields=["row_key"], name="statement_line_by_key"),
            models.Index(
                fields=["payer_account"],
                condition=~Q(payer_account=""),
                name="statement_line_by_payer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ordinal}: {self.money or self.problem}"

    @property
    def money(self) -> Money | None:
        return None if self.amount is None else Money(self.amount, self.currency)
