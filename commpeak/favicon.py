"""/favicon.ico, which browsers ask for on their own wherever a page names no icon."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control

A_DAY_SECONDS = 86_400


@cache_control(public=True, max_age=A_DAY_SECONDS)
def favicon(request: HttpRequest) -> HttpResponse:
    return redirect(static("img/favicon.svg"))
