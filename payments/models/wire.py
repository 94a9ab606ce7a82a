"""Bank accounts of ours, and what customers tell us of wires to them."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commpeak.lib.clock import utc_now
from commpeak.lib.errors import InvalidInput
from commpeak.lib.money import Money
from payments.gateways.wire.bank_details import (
    clean_bic,
    clean_iban,
    clean_number,
    clean_routing_number,
    routing_label,
)

HOLDER_LENGTH = 70  # the most that SEPA transfers and the EPC QR code carry
PAYER_LENGTH = 140


class BankAccount(models.Model):
    """A bank account of ours that customers send wires to.

    The default one of a currency is shown to those who pay in it; without one, wires are not
    offered in that currency. Accounts are never deleted: statements and wires refer to them.
    """

    currency = models.CharField(_("currency"), max_length=3)
    holder = models.CharField(
        _("account holder"), max_length=HOLDER_LENGTH, help_text=_("the beneficiary of the wire")
    )
    bank_name = models.CharField(_("bank"), max_length=100)
    bank_address = models.CharField(_("address of the bank"), max_length=200, blank=True)
    country = models.CharField(
        _("country of the bank"), max_length=2, help_text=_("two letters, as in DE")
    )
    iban = models.CharField(_("IBAN"), max_length=42, blank=True)
    account_number = models.CharField(
        _("account number"), max_length=42, blank=True, help_text=_("where there is no IBAN")
    )
    routing_number = models.CharField(
        _("number of the bank"),
        max_length=42,
        blank=True,
        help_text=_("ABA routing number, sort code, BSB …"),
    )
    bic = models.CharField(_("BIC (SWIFT code)"), max_length=14, blank=True)
    notes = models.CharField(
        _("notes for the payer"),
        max_length=300,
        blank=True,
        help_text=_("shown below the details, in the PDF as well"),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    is_default = models.BooleanField(
        _("shown to customers"),
        default=True,
        help_text=_("one account per currency is shown to those who pay in it"),
    )
    created_at = models.DateTimeField(_("added"), default=utc_now, editable=False)

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["currency"],
                condition=Q(is_active=True, is_default=True),
                name="currency_has_one_account_that_is_shown",
                violation_error_message=_(
                    "Another account is shown for this currency. Take that one out first."
                ),
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="bank_account_currency_is_three_capital_letters",
                violation_error_message=_("A currency is three capital letters, as in EUR."),
            ),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"),
                name="bank_account_country_is_two_capital_letters",
                violation_error_message=_("A country is two capital letters, as in DE."),
            ),
            models.CheckConstraint(
                condition=~Q(iban="", account_number=""),
                name="bank_account_has_a_number",
                violation_error_message=_("Enter the IBAN or the account number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.bank_name} …{(self.iban or self.account_number)[-4:]}"

    def clean(self) -> None:
        """Tidies every number, and says which ones cannot be right."""
        super().clean()
        problems: dict[str, str] = {}
        for name, tidied in self._tidiers().items():
            try:
                setattr(self, name, tidied(getattr(self, name)))
            except InvalidInput as error:
                problems[name] = error.user_text
        if problems:
            raise ValidationError(problems)

    def _tidiers(self) -> dict[str, Callable[[str], str]]:
        return {
            "currency": str.upper,
            "country": str.upper,
            "iban": clean_iban,
            "account_number": clean_number,
            "routing_number": lambda text: clean_routing_number(text, self.country),
            "bic": clean_bic,
        }

    @property
    def routing_label(self) -> str:
        return routing_label(self.country)


class WireProof(models.Model):
    """A document that the customer has uploaded: the bank's receipt of the wire.

    The bytes lie in PRIVATE_FILES_ROOT under `stored_as`, a random name; `name` is the
    customer's, tidied. `content_type` is what the bytes are, whatever the upload said.
    """

    payment = models.ForeignKey(
        "payments.Payment", on_delete=models.PROTECT, related_name="wire_proofs"
    )
    stored_as = models.CharField(max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=100)
    content_type = models.CharField(_("type"), max_length=40)
    size_bytes = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("uploaded"), default=utc_now)

    def __str__(self) -> str:
        return self.name


class WireAnnouncement(models.Model):
    """What the customer told us of a wire that is on its way. Append-only; the newest counts.

    Changing it writes another row, so that staff see what was said before. `expected_on` is the
    day after which the wire is looked for. `currency` may differ from what was asked for.
    """

    payment = models.ForeignKey(
        "payments.Payment", on_delete=models.PROTECT, related_name="wire_announcements"
    )
    payer_name = models.CharField(_("payer"), max_length=PAYER_LENGTH)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3)
    sent_on = models.DateField(_("sent on"))
    expected_on = models.DateField(_("expected by"))
    proof = models.ForeignKey(
        WireProof, on_delete=models.PROTECT, null=True, blank=True, related_name="announcements"
    )
    created_at = models.DateTimeField(_("told at"), default=utc_now)

    class Meta:
        verbose_name = _("expected wire")
        verbose_name_plural = _("expected wires")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="announced_amount_is_positive"),
        ]
        indexes = [models.Index(fields=["payment", "-id"], name="announcement_by_payment")]

    def __str__(self) -> str:
        return f"{self.money}, {self.payer_name}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
