"""What happened: journal entries and their postings. Written once, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from billing.models.accounts import LedgerAccount

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

AMOUNT_DIGITS, AMOUNT_PLACES = 20, 6  # calls cost fractions of a cent


def amount_field(label: StrOrPromise, **options: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(
        label, max_digits=AMOUNT_DIGITS, decimal_places=AMOUNT_PLACES, **options
    )


class EntryKind(models.TextChoices):
    """Which business fact an entry records."""

    TOP_UP = "top_up", _("Top-up")
    USAGE = "usage", _("Usage")
    REFUND = "refund", _("Refund")
    REFUND_FAILED = "refund_failed", _("Refund failed")
    DISPUTE = "dispute", _("Disputed payment")
    DISPUTE_WON = "dispute_won", _("Dispute won")
    PROMO = "promo", _("Promo bonus")
    PROMO_EXPIRED = "promo_expired", _("Promo bonus expired")
    PROMO_TAKEN_BACK = "promo_taken_back", _("Promo bonus taken back")
    PROMO_GIVEN_BACK = "promo_given_back", _("Promo bonus given back")
    MOVE = "move", _("Moved between balances")
    SUSPENSE = "suspense", _("Received, not yet assigned")
    ASSIGNMENT = "assignment", _("Assigned from suspense")
    RETURNED = "returned", _("Sent back to the payer")
    PAYOUT = "payout", _("Paid out to our bank")
    ADJUSTMENT = "adjustment", _("Adjustment")
    REVERSAL = "reversal", _("Reversal")


# ledger.sql names both lists again, and a test compares them.
# Facts that already happened outside and must be booked even when the balance cannot bear
# them: calls already made, money the gateway already took back and the bonus that came with
# it, a wrong credit undone.
FORCED_KINDS = (
    EntryKind.USAGE,
    EntryKind.REFUND,
    EntryKind.DISPUTE,
    EntryKind.PROMO_TAKEN_BACK,
    EntryKind.REVERSAL,
)


class JournalEntry(models.Model):
    """One business fact, balanced per currency.

    `source` names the fact for ever ("card:re_123"): posting it twice equals posting it once.
    `request_hash` is the SHA-256 of the body (kind, forced, reverses and the lines), so that
    the same source with another body is noticed. `posting_count` seals the entry: that many
    postings are written together with it and none is ever added. Which kinds there are, which
    may be forced and that reversals mirror their originals is checked with the postings.
    """

    source = models.CharField(_("source"), max_length=200)
    request_hash = models.BinaryField(max_length=32)
    kind = models.CharField(_("kind"), max_length=16, choices=EntryKind.choices)
    posting_count = models.SmallIntegerField(_("number of postings"))
    forced = models.BooleanField(_("forced past the credit limit"), default=False)
    reverses = models.ForeignKey(
        "self",
        verbose_name=_("reverses"),
        on_delete=models.PROTECT,
        related_name="reversals",  # at most one, see entry_is_reversed_once
        null=True,
        blank=True,
        db_index=False,
    )
    occurred_at = models.DateTimeField(_("happened"))
    created_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    actor = models.CharField(_("by"), max_length=200)
    memo = models.CharField(_("memo"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        permissions = [("reverse_journalentry", _("Can reverse a journal entry"))]
        constraints = [
            models.UniqueConstraint(fields=["source"], name="entry_source_is_used_once"),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(reverses__isnull=False),
                name="entry_is_reversed_once",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="entry_source_is_not_empty"),
            models.CheckConstraint(
                condition=Q(posting_count__gte=2), name="entry_has_at_least_two_postings"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.source}"


class Posting(models.Model):
    """One signed amount on one ledger account in one entry.

    `line` numbers the postings of an entry from 1. `balance_after` is written by the database
    for accounts that have a balance row and stays NULL for the others. Ids of one account's
    postings rise in the order in which its balance moved.
    """

    entry = models.ForeignKey(
        JournalEntry,
        verbose_name=_("entry"),
        on_delete=models.PROTECT,
        related_name="postings",
        db_index=False,  # entry_line_is_posted_once starts with it
        db_constraint=False,  # posting_belongs_to_an_entry
    )
    line = models.SmallIntegerField(_("line"))
    account = models.ForeignKey(
        LedgerAccount,
        verbose_name=_("ledger account"),
        on_delete=models.PROTECT,
        related_name="postings",
        db_index=False,  # posting_by_account starts with it
        db_constraint=False,  # posting_is_in_its_accounts_currency
    )
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(
        _("amount"), max_digits=AMOUNT_DIGITS, decimal_places=AMOUNT_PLACES
    )
    balance_after = models.DecimalField(
        _("balance after"),
        max_digits=AMOUNT_DIGITS,
        decimal_places=AMOUNT_PLACES,
        null=True,
        editable=False,
    )

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        indexes = [models.Index(fields=["account", "id"], name="posting_by_account")]
        constraints = [
            # deferrable, so that ON CONFLICT is refused: a skipped row would move its balance
            models.UniqueConstraint(
                fields=["entry", "line"],
                name="entry_line_is_posted_once",
                deferrable=models.Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(condition=Q(line__gte=1), name="posting_lines_start_at_one"),
            models.CheckConstraint(condition=~Q(amount=0), name="posting_amount_is_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.amount:f} {self.currency}"
