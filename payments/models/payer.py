"""Whether somebody may pay with an account at a gateway that carries another e-mail address."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from commpeak.lib.clock import utc_now

TRIES_MAX = 5  # of a million codes: a guesser wins one payment in 200,000
# PayPal drops an order about three hours after its payer agreed; half an hour is left for us to
# take the money, should PayPal be out of order just then.
CODE_IS_VALID_FOR = timedelta(hours=2, minutes=30)


class PayerCheck(models.Model):
    """A payment is held until whoever owns the payer's e-mail address has passed on our code.

    Written only under the payment's row lock. `tries` counts over all codes sent. Of the code
    only a keyed hash is kept (payments.payer_code); in clear it stands in the mail alone.
    """

    payment = models.OneToOneField(
        "payments.Payment", on_delete=models.PROTECT, related_name="payer_check"
    )
    email = models.CharField(_("payer's e-mail there"), max_length=254, blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    codes_sent = models.PositiveSmallIntegerField(_("codes sent"), default=0)
    sent_at = models.DateTimeField(_("last code sent"), null=True)
    expires_at = models.DateTimeField(_("valid until"))
    tries = models.PositiveSmallIntegerField(_("wrong codes"), default=0)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)

    class Meta:
        verbose_name = _("payer check")
        constraints = [
            models.CheckConstraint(
                condition=Q(tries__lte=TRIES_MAX), name="payer_check_ends_after_five_wrong_codes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment}: {self.email}"

    @property
    def tries_left(self) -> int:
        return TRIES_MAX - self.tries

    def is_over(self, now: datetime) -> bool:
        """Nobody can confirm it any more: too many wrong codes, too late, or no address at all."""
        if self.confirmed_at:
            return False
        return not self.email or not self.tries_left or now >= self.expires_at


class ConfirmedPayer(models.Model):
    """This customer may pay with the gateway account of this address, and is not asked again."""

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="confirmed_payers"
    )
    email = models.CharField(_("e-mail address"), max_length=254)
    payment = models.ForeignKey("payments.Payment", on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"), default=utc_now)

    class Meta:
        verbose_name = _("confirmed payer")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "email"], name="payer_is_confirmed_once_by_a_customer"
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="confirmed_payer_is_in_small_letters"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.email}"
