"""Terms that customers agree to, and who did."""

from hashlib import sha256

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.customers import Customer
from commpeak.lib.clock import utc_now


class TermsVersion(models.Model):
    """One version of terms that customers agree to, named by `slug` ("crypto").

    A draft has no number and may be changed. Publishing (publish_terms) gives it the next one,
    and from then on the database refuses every change: people have agreed to these very words.
    """

    slug = models.SlugField(
        _("terms"), max_length=40, help_text=_("Which terms these are, for example: crypto")
    )
    number = models.PositiveIntegerField(_("version"), null=True, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), help_text=_("Plain text; an empty line starts a paragraph"))
    created_at = models.DateTimeField(_("written"), default=utc_now, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("version of terms")
        verbose_name_plural = _("versions of terms")
        constraints = [
            models.UniqueConstraint(fields=["slug", "number"], name="terms_number_is_given_once"),
            models.CheckConstraint(
                condition=models.Q(number__isnull=True, published_at__isnull=True)
                | models.Q(number__gt=0, published_at__isnull=False),
                name="published_terms_have_a_number_and_drafts_have_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number or _('draft')})"

    @property
    def text_hash(self) -> str:
        """SHA-256 of the text in UTF-8, as hexadecimal digits."""
        return sha256(self.text.encode()).hexdigest()


class TermsAcceptance(models.Model):
    """A user agreed to a version of terms on behalf of a customer. Append-only.

    `text_hash` repeats what the text was, so that the row proves itself.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="terms_accepted")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(TermsVersion, on_delete=models.PROTECT, related_name="acceptances")
    accepted_at = models.DateTimeField(_("agreed at"), default=utc_now)
    ip_address = models.GenericIPAddressField(_("agreed from"), null=True)
    text_hash = models.CharField(_("SHA-256 of the text"), max_length=64)

    class Meta:
        verbose_name = _("agreement to terms")
        verbose_name_plural = _("agreements to terms")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "version"], name="customer_agrees_to_a_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.version}"
