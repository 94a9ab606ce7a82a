"""Who of our staff has looked at the portal as a customer sees it, and why."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import REASON_LENGTH, Customer
from commpeak.lib.clock import utc_now


class CustomerView(models.Model):
    """One look, from pressing the button until `ended_at`, at the latest until `ends_at`.

    Append-only: nothing but `ended_at` is ever set, and that once.
    """

    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who looked"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH)
    started_at = models.DateTimeField(_("began"), default=utc_now)
    ends_at = models.DateTimeField(_("ends by itself"))
    ended_at = models.DateTimeField(_("stopped"), null=True, blank=True)

    class Meta:
        verbose_name = _("view as a customer")
        verbose_name_plural = _("views as a customer")
        permissions = [("view_as_customer", _("Can see the portal as a customer does"))]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="customer_view_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("started_at")), name="customer_view_ends_after_it_began"
            ),
            models.UniqueConstraint(
                fields=["viewer"],
                condition=Q(ended_at__isnull=True),
                name="staff_view_one_customer_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.viewer}: {self.customer}"

    def is_open(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.ends_at
