"""The typed request that views of a customer's own pages receive."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django_htmx.middleware import HtmxDetails

from accounts.models import Customer, User

P = ParamSpec("P")


class CustomerRequest(HttpRequest):
    """A request of a logged-in user who acts for `customer`."""

    user: User
    customer: Customer
    htmx: HtmxDetails


def customer_required(
    view: Callable[Concatenate[CustomerRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Strangers log in first; a login without a customer gets a page that says so, staff the admin.

    Behind it `request.customer` is always a Customer.
    """

    @login_required
    @wraps(view)
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if getattr(request, "customer", None) is not None:
            return view(request, *args, **kwargs)  # type: ignore[arg-type]
        if request.user.is_staff:
            return redirect("admin:index")
        return render(request, "accounts/no_customer.html", status=403)

    return checked


def proven_again(
    view: Callable[Concatenate[CustomerRequest, P], HttpResponseBase],
) -> Callable[Concatenate[CustomerRequest, P], HttpResponseBase]:
    """Asks for password or second factor unless the user gave one within minutes (S14).

    Goes below customer_required. What was posted is not lost: it is sent on once they have.
    """
    checked = reauthentication_required(view)
    return cast("Callable[Concatenate[CustomerRequest, P], HttpResponseBase]", checked)


def proven_again_to_send(
    field: str,
) -> Callable[
    [Callable[Concatenate[CustomerRequest, P], HttpResponseBase]],
    Callable[Concatenate[CustomerRequest, P], HttpResponseBase],
]:
    """As proven_again, for a form of which only the step that posts `field` changes something."""
    decorate: Any = reauthentication_required(
        allow_get=True, enabled=lambda request: field in request.POST
    )
    return decorate  # type: ignore[no-any-return]
