"""What a new customer gets: a login, a customer with its account number, and two balances."""

from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import SignupForm
from django import forms
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.email_text import SUBJECT_LENGTH_MAX, EmailText
from accounts.models import User
from accounts.services.open_customer import open_customer
from accounts.services.queue_message import queue_message
from accounts.time_zones import DEFAULT_TIME_ZONE, is_time_zone
from billing.services.open_balances import open_balances
from commpeak.lib.client_address import client_address
from commpeak.lib.clock import utc_now

ADDRESS_LENGTH_MAX = 254  # no longer one can be mailed to (RFC 5321)
_KEY = "login-code"  # so that codes and links are hidden from staff


class SignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Opens the customer and both balances in the transaction that saves the user, and mails
    by the outbox."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """The saved user. Nothing is kept of any of it when one part fails."""
        with transaction.atomic():
            super().save_user(request, user, form, commit=commit)
            customer = open_customer(
                user=user,
                currency=settings.ACCOUNT_CURRENCY,
                now=utc_now(),
                time_zone=form.cleaned_data.get("time_zone") or DEFAULT_TIME_ZONE,
            )
            open_balances(customer=customer, credit_limit=settings.SIGNUP_CREDIT_LIMIT)
        return user

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away costs no page and no notice: a worker sends the message."""
        if len(email) > ADDRESS_LENGTH_MAX:
            return
        request = self.request
        about = {"request": request, "email": email, "current_site": get_current_site(request)}
        message = self.render_mail(template_prefix, email, about | context)
        said = EmailText(message.subject[:SUBJECT_LENGTH_MAX], str(message.body))
        queue_message(key=f"{_KEY}:{uuid4()}", to=email, said=said, now=utc_now())


class PortalSignupForm(SignupForm):  # type: ignore[misc]
    """Sign-up by password or passkey. The page's script fills in the browser's time zone."""

    account_already_exists: bool
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput({"data-time-zone": ""}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if password := self.fields.get("password1"):
            password.help_text = _("At least 8 characters. A few words in a row work well.")

    def clean_time_zone(self) -> str:
        name = str(self.cleaned_data["time_zone"])
        return name if is_time_zone(name) else ""

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """The user and no response, or no user and the response that tells a stranger nothing.

        A form sent twice finds the user of the first time; whoever knows its password goes on
        to the code from there. Of two tabs that arrive at the same moment the database lets
        one through and the other is treated as the later one.
        """
        if self.account_already_exists:
            return self._second_time(request)
        try:
            with transaction.atomic():
                return self.save(request), None
        except IntegrityError:
            if not User.objects.filter(email=self.cleaned_data["email"]).exists():
                raise
            self.account_already_exists = True
            return self._second_time(request)

    def _second_time(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        user = self._unverified_user_with_this_password(request)
        if user is not None:
            return user, None
        nobody: tuple[None, HttpResponse] = super().try_save(request)
        return nobody

    def _unverified_user_with_this_password(self, request: HttpRequest) -> User | None:
        """Guesses count as failed logins do, so this is no second way to try passwords."""
        email, password = self.cleaned_data["email"], self.cleaned_data.get("password1")
        if not password or User.objects.filter(email=email, emailaddress__verified=True).exists():
            return None
        try:
            user: User | None = SignupAdapter(request).authenticate(
                request, email=email, password=password
            )
        except ValidationError:  # too many guesses
            return None
        return user
