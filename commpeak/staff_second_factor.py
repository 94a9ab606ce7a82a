"""No page of the admin without a second factor (STAFF_SECOND_FACTOR)."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

# recovery codes alone are no factor: they come with one
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class StaffSecondFactorMiddleware:
    """Leads staff to set up a second factor, or to show the one they have, before the admin.

    Logging in asks for it anyhow. This is for sessions that began before there was one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_SECOND_FACTOR and _is_staff_in_admin(request):
            return _what_is_missing(request) or self.get_response(request)
        return self.get_response(request)


def _is_staff_in_admin(request: HttpRequest) -> bool:
    if not request.path.startswith(reverse("admin:index")):
        return False
    if request.path in (reverse("admin:login"), reverse("admin:logout")):
        return False
    return bool(request.user.is_authenticated and request.user.is_staff)


def _what_is_missing(request: HttpRequest) -> HttpResponse | None:
    if not is_mfa_enabled(request.user, FACTORS):
        messages.warning(
            request,
            _("Set up an authenticator app or a passkey: the administration opens with it only."),
        )
        return redirect("mfa_index")
    if not second_factor_was_shown(request):
        way_back = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('mfa_reauthenticate')}?{way_back}")
    return None


def second_factor_was_shown(request: HttpRequest) -> bool:
    """In this session, by this user: as a code, a recovery code or a passkey."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)
