"""What a new customer gets: a login, a customer with its account number, and two balances."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from accounts.services.open_customer import open_customer
from accounts.time_zones import DEFAULT_TIME_ZONE, is_time_zone
from commpeak.lib.client_address import client_address
from commpeak.lib.clock import utc_now


class SignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Opens the customer and both balances in the transaction that saves the user."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """The saved user. Nothing is kept of any of it when one part fails."""
        with transaction.atomic():
            super().save_user(request, user, form, commit=commit)
            open_customer(
                user=user,
                currency=settings.ACCOUNT_CURRENCY,
                now=utc_now(),
                time_zone=_time_zone_of_browser(request),
            )
        return user

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)


def _time_zone_of_browser(request: HttpRequest) -> str:
    """What the sign-up page's script found; UTC without script or for an unknown name."""
    name = request.POST.get("time_zone", "")
    return name if is_time_zone(name) else DEFAULT_TIME_ZONE
