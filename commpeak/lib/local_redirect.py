"""Where to send the browser next, when the request itself names the place."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def local_redirect_target(request: HttpRequest, default: str) -> str:
    """The request's `next` (POST before GET) if it is a path of this site, else `default`.

    Only paths are taken, not even this site's own full address: "//evil", "https:evil",
    "/\\evil" and anything with a host are answered with `default`.
    """
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_path = target.startswith("/")
    if is_path and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return target
    return default
