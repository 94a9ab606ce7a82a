"""A gateway's own sum of a day beside ours, and what makes them differ."""

from __future__ import annotations

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from commpeak.lib.money import Money
from payments.models.payments import CODE_LENGTH, Payment
from payments.states import FactKind


class GatewayDay(models.Model):
    """What moved through one gateway in one currency on one day (UTC), as it and we have it.

    Sums are signed: what came minus what went. Written anew by each check.
    """

    gateway = models.CharField(_("gateway"), max_length=CODE_LENGTH)
    currency = models.CharField(_("currency"), max_length=3)
    day = models.DateField(_("day (UTC)"))
    sum_there = models.DecimalField(_("at the gateway"), max_digits=20, decimal_places=6)
    sum_here = models.DecimalField(_("in our books"), max_digits=20, decimal_places=6)
    count_there = models.PositiveIntegerField(_("movements there"))
    difference_count = models.PositiveIntegerField(_("rows that differ"))
    checked_at = models.DateTimeField(_("checked"))

    class Meta:
        verbose_name = _("gateway day")
        verbose_name_plural = _("gateway days")
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "currency", "day"], name="gateway_day_is_kept_once"
            ),
            models.CheckConstraint(
                condition=models.Q(sum_there=F("sum_here")) | models.Q(difference_count__gt=0),
                name="gateway_day_that_differs_names_its_rows",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.currency} {self.day}"

    @property
    def difference(self) -> Money:
        """What the gateway has more than we."""
        return Money(self.sum_there - self.sum_here, self.currency)


class GatewayDifference(models.Model):
    """One movement that the gateway and we do not tell alike; goes when a check finds it mended."""

    class Problem(models.TextChoices):
        MISSING_HERE = "missing_here", _("missing here")
        MISSING_THERE = "missing_there", _("missing there")
        OTHER_AMOUNT = "other_amount", _("other amount")

    gateway_day = models.ForeignKey(
        GatewayDay, on_delete=models.CASCADE, related_name="differences"
    )
    problem = models.CharField(_("problem"), max_length=13, choices=Problem.choices)
    kind = models.CharField(_("kind"), max_length=16, choices=FactKind.choices)
    object_id = models.CharField(_("gateway's id"), max_length=255)
    amount_there = models.DecimalField(
        _("at the gateway"), max_digits=20, decimal_places=6, null=True
    )
    amount_here = models.DecimalField(_("in our books"), max_digits=20, decimal_places=6, null=True)
    payment = models.ForeignKey(
        Payment, verbose_name=_("payment"), on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")

    def __str__(self) -> str:
        return f"{self.object_id}: {self.get_problem_display()}"
