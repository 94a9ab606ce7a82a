"""What django-axes guards, and by which name it counts: only the log-in form of the admin.
(And the second factor that follows it, for what a success clears.)

Customers log in by allauth, which has limits of its own. Were axes to count there too, each
would lock people out for what the other had already dealt with.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse


def is_not_admin_login(request: HttpRequest, _credentials: Mapping[str, Any] | None = None) -> bool:
    """For AXES_WHITELIST_CALLABLE: True means neither count nor lock."""
    return not request.path.startswith((reverse("admin:index"), reverse("mfa_authenticate")))


def typed_login(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """For AXES_USERNAME_CALLABLE: one name, however it is capitalised."""
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    return str(typed).lower()
