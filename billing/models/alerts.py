"""Warnings before a balance is used up, and the daily use that they are based on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.balances import Balance
from billing.models.journal import AMOUNT_DIGITS, AMOUNT_PLACES
from commpeak.lib.clock import utc_now

RUNWAY_DAYS_MAX = 30


class MarkReason(models.TextChoices):
    """Who wants to hear of a low balance. `Balance.low_balance_mark` is the highest of them."""

    ALERT = "alert", _("Low-balance alert")
    REFILL = "refill", _("Automatic refill")


class LowBalanceMark(models.Model):
    """One reason's mark. Written by billing.services.set_low_balance_mark only."""

    balance = models.ForeignKey(
        Balance, on_delete=models.PROTECT, related_name="marks", db_index=False
    )
    reason = models.CharField(_("reason"), max_length=8, choices=MarkReason.choices)
    amount = models.DecimalField(
        _("amount"), max_digits=AMOUNT_DIGITS, decimal_places=AMOUNT_PLACES
    )

    class Meta:
        verbose_name = _("low-balance mark")
        verbose_name_plural = _("low-balance marks")
        constraints = [
            models.UniqueConstraint(
                fields=["balance", "reason"], name="balance_has_one_mark_per_reason"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=MarkReason.values), name="mark_reason_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.balance_id} {self.reason}: {self.amount:f}"


class BalanceAlert(models.Model):
    """What the customer wants to be warned of, in the balance's own currency; a balance each.

    `threshold` is compared with the figure the customer sees (money and promo credit).
    `runway_mark` is `runway_days` at the present pace, compared with what can still be spent,
    credit limit included; None while no pace is known.
    """

    balance = models.OneToOneField(
        Balance, on_delete=models.PROTECT, primary_key=True, related_name="alert"
    )
    threshold = models.DecimalField(
        _("warn below"),
        max_digits=AMOUNT_DIGITS,
        decimal_places=AMOUNT_PLACES,
        null=True,
        blank=True,
    )
    runway_days = models.PositiveSmallIntegerField(_("warn days before"), null=True, blank=True)
    runway_mark = models.DecimalField(
        _("that many days at the present pace"),
        max_digits=AMOUNT_DIGITS,
        decimal_places=AMOUNT_PLACES,
        null=True,
        blank=True,
    )
    is_daily = models.BooleanField(_("repeat daily"), default=False)

    class Meta:
        verbose_name = _("balance alert")
        verbose_name_plural = _("balance alerts")
        constraints = [
            models.CheckConstraint(condition=Q(threshold__gt=0), name="threshold_is_positive"),
            models.CheckConstraint(
                condition=Q(runway_days__gte=1, runway_days__lte=RUNWAY_DAYS_MAX),
                name="runway_is_one_to_thirty_days",
            ),
        ]

    def __str__(self) -> str:
        return str(self.balance_id)


class AlertKind(models.TextChoices):
    THRESHOLD = "threshold", _("Below the chosen amount")
    RUNWAY = "runway", _("Lasts only a few days more")


class RaisedAlert(models.Model):
    """One crossing: raised when the balance was found low, cleared when it was up again.

    While it is open it keeps a second check from telling the same crossing again; the database
    lets one be open per balance. `told_count` numbers the messages, which are keyed by it.
    """

    balance = models.ForeignKey(
        Balance, on_delete=models.PROTECT, related_name="raised_alerts", verbose_name=_("balance")
    )
    kind = models.CharField(_("kind"), max_length=9, choices=AlertKind.choices)
    raised_at = models.DateTimeField(_("raised"), default=utc_now)
    told_at = models.DateTimeField(_("told last"))
    told_count = models.PositiveIntegerField(_("times told"), default=1)
    cleared_at = models.DateTimeField(_("over"), null=True, blank=True)

    class Meta:
        verbose_name = _("low-balance alert")
        verbose_name_plural = _("low-balance alerts")
        constraints = [
            models.UniqueConstraint(
                fields=["balance"],
                condition=Q(cleared_at__isnull=True),
                name="balance_has_one_open_alert",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AlertKind.values), name="alert_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.balance_id} {self.kind}"


class DailyUse(models.Model):
    """What calls and messages took from one purse on one day (UTC), paid or by promo credit.

    `balance` is the purse's money account, whichever of its two accounts paid.
    """

    balance = models.ForeignKey(
        Balance, on_delete=models.PROTECT, related_name="daily_use", db_index=False
    )
    day = models.DateField(_("day"))
    amount = models.DecimalField(_("used"), max_digits=AMOUNT_DIGITS, decimal_places=AMOUNT_PLACES)

    class Meta:
        verbose_name = _("daily use")
        verbose_name_plural = _("daily use")
        constraints = [
            models.UniqueConstraint(fields=["balance", "day"], name="use_is_added_up_per_day"),
        ]

    def __str__(self) -> str:
        return f"{self.balance_id} {self.day}: {self.amount:f}"


class UseWatermark(models.Model):
    """Up to which posting usage is in DailyUse; one row, whose lock lets one add up at a time."""

    last_posting_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="there_is_one_use_watermark"),
        ]

    def __str__(self) -> str:
        return str(self.last_posting_id)
