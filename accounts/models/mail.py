"""The outbox of e-mails."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.customers import Customer
from commpeak.lib.clock import utc_now
from commpeak.lib.mailed_code import without_codes


class OutgoingEmail(models.Model):
    """A message of ours, written in the transaction of what it tells about and sent by a worker.

    `key` names what it tells ("refund-approved:R-17"): one event makes one message. `due_at` is
    when it is tried (again); None once it is sent or given up, which `last_error` explains.
    One with a code in it has a key that begins with "…-code:"; for staff the code is hidden.
    """

    key = models.CharField(max_length=120, unique=True)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="emails"
    )
    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    created_at = models.DateTimeField(_("written"), default=utc_now)
    due_at = models.DateTimeField(_("tried next"), null=True, blank=True, default=utc_now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(due_at__isnull=False), name="email_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.shown_subject}"

    @property
    def shown_subject(self) -> str:
        return shown_to_staff(self.subject, self.key)

    @property
    def shown_text(self) -> str:
        return shown_to_staff(self.text, self.key)


def shown_to_staff(text: str, key: str) -> str:
    """A part of the message whose key this is, without the code that it may carry."""
    return without_codes(text) if key.partition(":")[0].endswith("-code") else text
