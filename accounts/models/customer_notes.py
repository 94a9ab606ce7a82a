"""What staff write down about a customer."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.customers import Customer
from commpeak.lib.clock import utc_now

NOTE_CHARACTERS_MAX = 2000  # a conversation on the phone; longer papers belong elsewhere


class CustomerNote(models.Model):
    """One note of a member of staff, for colleagues. Append-only: a correction is another note."""

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="notes", db_index=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("written"), default=utc_now)
    text = models.TextField(_("note"), max_length=NOTE_CHARACTERS_MAX)

    class Meta:
        verbose_name = _("customer note")
        verbose_name_plural = _("customer notes")
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="note_says_something"),
        ]
        indexes = [models.Index(fields=["customer", "-id"], name="note_by_customer")]

    def __str__(self) -> str:
        return self.text[:60]
