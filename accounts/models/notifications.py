"""What we tell a customer under the bell, and to which further addresses it is mailed."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.customers import Customer
from commpeak.lib.clock import utc_now

KEY_LENGTH_MAX = 100  # leaves room for an address's part in OutgoingEmail.key
WRONG_CODES_MAX = 5  # of a million codes: a guesser wins one address in 200,000


class Category(models.TextChoices):
    """What a message is about. Customers choose addresses for each."""

    PAYMENTS = "payments", _("Payments")
    REFILL = "refill", _("Automatic refill")
    LOW_BALANCE = "low_balance", _("Low balance")
    SECURITY = "security", _("Security and account")


# Mail about money that moved, or about who may come in, is often the only sign that something
# is wrong; whoever broke in would turn it off first. A reminder is for the customer to judge.
MAY_BE_SILENT = (Category.LOW_BALANCE,)


class Notification(models.Model):
    """One event as a line under the bell, for all members of the customer together.

    `key` names the event for ever: telling it twice tells it once. `path` is the page of the
    portal that it is about, or "".
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="notifications", db_index=False
    )
    category = models.CharField(_("about"), max_length=12, choices=Category.choices)
    key = models.CharField(max_length=KEY_LENGTH_MAX, unique=True)
    title = models.CharField(_("what"), max_length=200)
    path = models.CharField(_("leads to"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("told"), default=utc_now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="notification_category_is_known"
            ),
            models.CheckConstraint(  # "//evil.example" and "/\evil.example" are other hosts
                condition=Q(path__regex=r"^(/([^/\\].*)?)?$"),
                name="notification_leads_into_the_portal",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="notification_by_customer"),
            models.Index(
                fields=["customer"], condition=Q(read_at__isnull=True), name="notification_unread"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NotificationAddress(models.Model):
    """A further address for one category; used only once a code from its mailbox came back.

    Of the code only a keyed hash is kept (commpeak.lib.mailed_code); in clear it stands in the
    mail alone. Address, category and customer never change: a trigger holds them, since what
    was proven was proven for these.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="notification_addresses", db_index=False
    )
    category = models.CharField(_("about"), max_length=12, choices=Category.choices)
    email = models.EmailField(_("e-mail address"))
    created_at = models.DateTimeField(_("added"), default=utc_now)
    verified_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    code_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    codes_sent = models.PositiveSmallIntegerField(_("codes sent"), default=0)
    wrong_codes = models.PositiveSmallIntegerField(_("wrong codes"), default=0)

    class Meta:
        verbose_name = _("notification address")
        verbose_name_plural = _("notification addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "category", "email"],
                name="notification_address_is_listed_once_per_category",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="notification_address_is_in_small_letters",
            ),
            models.CheckConstraint(
                condition=Q(wrong_codes__lte=WRONG_CODES_MAX),
                name="address_code_ends_after_five_wrong_tries",
            ),
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="address_category_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.get_category_display()})"

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def tries_left(self) -> int:
        return WRONG_CODES_MAX - self.wrong_codes

    def takes_codes(self, now: datetime) -> bool:
        """Whether the code that was sent last may still be tried."""
        is_in_time = self.code_expires_at is not None and now < self.code_expires_at
        return not self.is_verified and is_in_time and self.tries_left > 0


class SilentCategory(models.Model):
    """The customer wants no mail about this category. The bell still tells it."""

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="silent_categories", db_index=False
    )
    category = models.CharField(_("about"), max_length=12, choices=Category.choices)
    since = models.DateTimeField(_("since"), default=utc_now)

    class Meta:
        verbose_name = _("silent category")
        verbose_name_plural = _("silent categories")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "category"], name="category_is_silenced_once"
            ),
            models.CheckConstraint(
                condition=Q(category__in=MAY_BE_SILENT), name="only_reminders_may_be_silent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_category_display()}"
