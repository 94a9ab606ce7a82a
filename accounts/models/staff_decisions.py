"""What staff decide about money, and the second pair of eyes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from commpeak.lib.clock import utc_now

REASON_LENGTH = 300


class StaffDecision(models.Model):
    """One decision: who proposed it and why, and who confirmed it when it is a large one.

    WAITING until a second person has looked, if `needs_second`; then DONE or DECLINED. A DONE
    one can be UNDONE. That nobody confirms what they proposed is in the database.
    """

    class Stage(models.TextChoices):
        WAITING = "waiting", _("Waits for a second person")
        DONE = "done", _("Done")
        DECLINED = "declined", _("Declined")
        UNDONE = "undone", _("Undone")

    stage = models.CharField(_("stage"), max_length=8, choices=Stage.choices)
    needs_second = models.BooleanField(_("needs a second person"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed_at = models.DateTimeField(_("proposed"), default=utc_now)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_reason = models.CharField(
        _("reason of the decision"), max_length=REASON_LENGTH, blank=True
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(needs_second=False)
                | Q(stage="declined")
                | ~Q(decided_by=F("proposed_by")),
                name="%(class)s_is_confirmed_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(needs_second=False)
                | Q(stage="waiting")
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="%(class)s_waits_until_it_is_decided",
            ),
        ]
