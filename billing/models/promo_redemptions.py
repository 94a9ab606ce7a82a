"""Who holds or has used a promo code, and what became of each bonus."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from billing.models.accounts import Purse
from billing.models.journal import JournalEntry, amount_field
from billing.models.promo_codes import PromoCode
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money

SOURCE_LENGTH_MAX = 64


class PromoRedemption(models.Model):
    """One customer's use of a code for one top-up. `source` is the top-up's reference.

    The bonus is fixed when it is reserved. `slot` numbers the customer's uses of the code
    that count (every state but released). `left` is what was left of the bonus when
    count_bonuses last looked; spending since then is not in it.
    """

    class State(models.TextChoices):
        RESERVED = "reserved", _("Reserved")  # while the top-up is being paid
        RELEASED = "released", _("Not used")  # not paid: others may use it
        REDEEMED = "redeemed", _("Given")
        EXPIRED = "expired", _("Expired")  # what was left of it was taken off the balance
        TAKEN_BACK = "taken_back", _("Taken back")  # with all of the top-up's money

    promo = models.ForeignKey(PromoCode, on_delete=models.PROTECT, related_name="redemptions")
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="promo_redemptions"
    )
    purse = models.CharField(_("balance"), max_length=8, choices=Purse.choices)
    source = models.CharField(_("for the top-up"), max_length=SOURCE_LENGTH_MAX)
    amount = amount_field(_("bonus"))
    currency = models.CharField(_("currency"), max_length=3)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.RESERVED
    )
    slot = models.PositiveSmallIntegerField(_("use number"))
    left = amount_field(_("left when last counted"), default=0)
    reserved_at = models.DateTimeField(_("reserved"))
    redeemed_at = models.DateTimeField(_("given"), null=True, blank=True)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("use of a promo code")
        verbose_name_plural = _("uses of promo codes")
        constraints = [
            models.UniqueConstraint(fields=["source"], name="top_up_has_one_promo"),
            models.UniqueConstraint(
                fields=["promo", "customer", "slot"],
                condition=~Q(state="released"),
                name="promo_slot_is_held_once",
            ),
            models.CheckConstraint(condition=Q(slot__gte=1), name="promo_slots_start_at_one"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="promo_bonus_is_positive"),
            models.CheckConstraint(
                condition=Q(left__gte=0, left__lte=F("amount")),
                name="promo_bonus_left_is_part_of_it",
            ),
            models.CheckConstraint(
                condition=Q(redeemed_at__isnull=True, state__in=["reserved", "released"])
                | Q(redeemed_at__isnull=False, state__in=["redeemed", "expired", "taken_back"]),
                name="promo_bonus_was_given_when_it_says_so",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(state="redeemed", expires_at__isnull=False),
                name="promo_to_expire",
            ),
            models.Index(
                fields=["reserved_at"], condition=Q(state="reserved"), name="promo_reserved"
            ),
        ]

    def __str__(self) -> str:
        return self.source

    @property
    def bonus(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def is_given(self) -> bool:
        return self.redeemed_at is not None


class PromoEntry(models.Model):
    """A journal entry of a bonus, append-only: given, expired, taken back, given back.

    `bonus` is what it did to the promo account, `money` what it did to the balance that was
    paid for; positive is in the customer's favour. The entry's kind says which it was.
    """

    redemption = models.ForeignKey(
        PromoRedemption, on_delete=models.PROTECT, related_name="entries"
    )
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="promo")
    bonus = amount_field(_("on the promo credit"))
    money = amount_field(_("on the balance"), default=0)
    created_at = models.DateTimeField(_("posted"), default=utc_now)

    class Meta:
        verbose_name = _("entry of a bonus")
        verbose_name_plural = _("entries of a bonus")

    def __str__(self) -> str:
        return str(self.entry_id)
