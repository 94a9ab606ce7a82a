"""The API itself: its addresses (`urls`), its page, and how its errors are answered."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Swagger
from ninja.errors import ValidationError

from billing.api import balances, usage
from billing.api.errors import ApiError, answer
from billing.api.words import event_words
from commpeak.lib.logs import log

View = Callable[..., HttpResponse]


class _Page(Swagger):
    """Swagger UI from the files that ninja brings along, in a page that our CSP allows."""

    template = "api/docs.html"


api = NinjaAPI(
    title="CommPeak billing API",
    version="1",
    description="For telephone switches: report what was used, ask what may be used.",
    urls_namespace="api",
    docs=_Page({"tryItOutEnabled": True}),
)
api.add_router("", usage.router, tags=["Usage"])
api.add_router("", balances.router, tags=["Balances"])


def _api_error(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(error)


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """A place or a query parameter that is missing or not as documented."""
    code = f"invalid_{error.errors[0]['loc'][-1]}"
    return answer(ApiError(422, code, event_words(code)))


def _not_found(request: HttpRequest, _error: Any) -> HttpResponse:
    return answer(ApiError(404, "not_found", _("There is no such address.")))


def _database_trouble(request: HttpRequest, error: Any) -> HttpResponse:
    """Nothing was kept, or it was and a replay will say so."""
    log.error("api_without_database", path=request.path, reason=type(error).__name__)
    message = _("The database cannot be reached now. Send it again in a moment.")
    return answer(ApiError(503, "unavailable", message, {"Retry-After": "2"}))


def _our_mistake(request: HttpRequest, error: Any) -> HttpResponse:
    log.error("api_failed", path=request.path, exc_info=error)
    return answer(ApiError(500, "internal_error", _("This failed on our side.")))


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    ApiError: _api_error,
    ValidationError: _invalid,
    Http404: _not_found,
    OperationalError: _database_trouble,
    InterfaceError: _database_trouble,
    Exception: _our_mistake,
}
for _kind, _handler in HANDLERS.items():
    api.add_exception_handler(_kind, _handler)


def _in_one_shape(view: View) -> View:
    """ninja answers a wrong method by itself, in plain text."""

    @wraps(view)
    def shaped(request: HttpRequest, *args: Any, **places: Any) -> HttpResponse:
        told = view(request, *args, **places)
        if told.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return told
        message = _("This address takes only: %(methods)s.") % {"methods": told["Allow"]}
        return answer(ApiError(405, "method_not_allowed", message, {"Allow": told["Allow"]}))

    return shaped


patterns, _app_name, _namespace = api.urls
for _pattern in patterns:
    _pattern.callback = _in_one_shape(_pattern.callback)  # type: ignore[arg-type]
urls = (patterns, _app_name, _namespace)
