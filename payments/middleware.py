"""Staff see the portal as a customer does: read only, and for a while.

The login of the session stays theirs, and so does every right that comes with it; only
`request.customer` is another one. Why not django-hijack or django-impersonate: decision 0018.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from django.contrib import messages
from django.db import connection, transaction
from django.db.utils import InternalError
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors.current_customer import customer_by_id
from accounts.time_zones import zone
from commpeak.lib.clock import utc_now
from payments.models import CustomerView
from payments.selectors.open_customer_view import open_customer_view
from payments.view_as import SESSION_KEY, STOP, VIEWABLE

_SAFE = frozenset({"GET", "HEAD"})
_READ_ONLY_TRANSACTION = "25006"  # PostgreSQL, appendix A


class ViewAsCustomerMiddleware:
    """While a look is open, the portal's pages are the customer's, and all else is refused.

    `request.customer_view` is the look (a CustomerView), for the banner; the admin stays as it
    is. Nothing can be written: what is no GET or HEAD gets 403, and so does any page that is
    not named in VIEWABLE; a page that is runs in a transaction in which the database refuses to
    write and that is rolled back. Stands behind CurrentCustomerMiddleware. No query for whoever
    has no look in their session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.customer_view = None  # type: ignore[attr-defined]
        if SESSION_KEY not in request.session or _is_outside(request):
            return self.get_response(request)
        view = open_customer_view(
            view_id=int(request.session[SESSION_KEY]),
            viewer=cast(User, request.user),
            now=utc_now(),
        )
        if view is None:
            return _is_over(request)
        return self._answer(request, view)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page that wanted to write after all. What is said is said by _answer: until the
        transaction is over, this one takes no query any more."""
        if isinstance(error, InternalError) and _sqlstate(error) == _READ_ONLY_TRANSACTION:
            request.wanted_to_write = True  # type: ignore[attr-defined]
            return HttpResponseForbidden()
        return None

    def _answer(self, request: HttpRequest, view: CustomerView) -> HttpResponse:
        request.customer_view = view  # type: ignore[attr-defined]
        customer = customer_by_id(view.customer_id)
        request.customer = customer  # type: ignore[attr-defined]
        with timezone.override(zone(customer.time_zone)):
            if request.method not in _SAFE or not _is_viewable(request):
                return _refused(request)
            with _nothing_is_written():
                answer = self.get_response(request)
            return _refused(request) if hasattr(request, "wanted_to_write") else answer


@contextmanager
def _nothing_is_written() -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
        transaction.set_rollback(True)


def _sqlstate(error: InternalError) -> str:
    return str(getattr(error.__cause__, "pgcode", ""))


def _is_outside(request: HttpRequest) -> bool:
    """The admin is not the customer's, and stopping has to work also when it is over."""
    return request.path.startswith(reverse("admin:index")) or request.path == reverse(STOP)


def _is_viewable(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).url_name in VIEWABLE
    except Resolver404:
        return True  # and is answered as that


def _is_over(request: HttpRequest) -> HttpResponse:
    """Nobody goes on reading as somebody else without noticing that they are not any more."""
    del request.session[SESSION_KEY]
    if request.method not in _SAFE:
        return _refused(request)
    messages.warning(request, _("The view as a customer is over."))
    return redirect("admin:index")


def _refused(request: HttpRequest) -> HttpResponse:
    return render(request, "payments/view_as_refused.html", status=403)
