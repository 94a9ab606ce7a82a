"""Promo codes: what they promise, and who guessed at them."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from billing.models.accounts import Purse
from billing.models.journal import amount_field
from commpeak.lib.clock import utc_now

CODE_LENGTH_MAX = 24
CODE_PATTERN = r"^[A-Z0-9][A-Z0-9-]{2,23}$"
PERCENT_MAX = 200  # more is a slip of the finger


class PromoCode(models.Model):
    """What staff offer. Once it has been used, its terms stay as they are: the database holds
    all but when it ends, how often it may be used, and whether it is switched on.

    `uses_count` is how often it is held or used now; only the database moves it, and never
    beyond `uses_max`. A bonus is `percent` of what is paid, at most `bonus_max`, or `fixed`.
    """

    code = models.CharField(
        _("code"),
        max_length=CODE_LENGTH_MAX,
        help_text=_("3 to 24 letters, digits and hyphens. Customers may type small letters."),
        validators=[RegexValidator(CODE_PATTERN, _("Only letters, digits and hyphens."))],
    )
    percent = models.DecimalField(
        _("bonus in percent"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Of what is paid. Fill in this or the fixed bonus, not both."),
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(PERCENT_MAX)],
    )
    fixed = amount_field(
        _("fixed bonus"),
        null=True,
        blank=True,
        help_text=_("In the currency of the code, however much is paid."),
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    bonus_max = amount_field(
        _("largest bonus"),
        null=True,
        blank=True,
        help_text=_("Caps a bonus in percent. Empty: no cap."),
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    currency = models.CharField(
        _("currency"), max_length=3, help_text=_("Only for balances kept in this currency.")
    )
    top_up_min = amount_field(
        _("smallest top-up"),
        default=0,
        help_text=_("0: any amount."),
        validators=[MinValueValidator(Decimal(0))],
    )
    purse = models.CharField(
        _("balance"),
        max_length=8,
        choices=Purse.choices,
        blank=True,
        help_text=_("Empty: for both balances."),
    )
    first_top_up_only = models.BooleanField(
        _("first top-up only"),
        default=False,
        help_text=_("Only for customers to whom nothing was ever credited."),
    )
    bonus_valid_days = models.PositiveSmallIntegerField(
        _("bonus is valid for days"),
        null=True,
        blank=True,
        help_text=_("What is left of the bonus then expires. Empty: it never expires."),
        validators=[MinValueValidator(1)],
    )
    starts_at = models.DateTimeField(_("starts"), default=utc_now, help_text=_("UTC"))
    ends_at = models.DateTimeField(
        _("ends"), null=True, blank=True, help_text=_("UTC. Empty: it does not end.")
    )
    uses_max = models.PositiveIntegerField(
        _("uses in all"),
        null=True,
        blank=True,
        help_text=_("Top-ups on their way count too. Empty: as often as customers like."),
        validators=[MinValueValidator(1)],
    )
    uses_per_customer_max = models.PositiveSmallIntegerField(
        _("uses per customer"), default=1, validators=[MinValueValidator(1)]
    )
    uses_count = models.PositiveIntegerField(_("uses so far"), default=0, editable=False)
    is_active = models.BooleanField(
        _("switched on"),
        default=True,
        help_text=_("Switched off, it looks as if it did not exist. Bonuses promised stay."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(_("made at"), default=utc_now, editable=False)

    class Meta:
        verbose_name = _("promo code")
        verbose_name_plural = _("promo codes")
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="promo_code_is_unique",
                violation_error_message=_("There is a code of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(code__regex=CODE_PATTERN), name="promo_code_is_in_capitals"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="promo_code_currency_is_three_capitals",
            ),
            models.CheckConstraint(
                # "is not null" is said, since a CHECK lets pass what it cannot tell
                condition=Q(percent__isnull=False, percent__gt=0, fixed__isnull=True)
                | Q(fixed__isnull=False, fixed__gt=0, percent__isnull=True),
                name="promo_bonus_is_percent_or_fixed",
                violation_error_message=_("Give either a percentage or a fixed bonus."),
            ),
            models.CheckConstraint(
                condition=Q(bonus_max__isnull=True) | Q(bonus_max__gt=0),
                name="promo_bonus_cap_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(top_up_min__gte=0), name="promo_top_up_minimum_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="promo_code_ends_after_it_starts",
                violation_error_message=_("It has to end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(uses_max__isnull=True) | Q(uses_count__lte=F("uses_max")),
                name="promo_code_is_used_at_most_so_often",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_used_up(self) -> bool:
        return self.uses_max is not None and self.uses_count >= self.uses_max


class PromoGuess(models.Model):
    """Someone tried a code that there is not. Counted, to slow down guessing."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    ip_address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(default=utc_now)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-at"], name="promo_guess_by_customer"),
            models.Index(fields=["ip_address", "-at"], name="promo_guess_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.at:%Y-%m-%d %H:%M}"
