"""Who the request acts for, and in which time zone its times are shown."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.selectors.current_customer import current_customer
from accounts.time_zones import DEFAULT_TIME_ZONE, zone


class CurrentCustomerMiddleware:
    """Sets `request.customer`: the Customer with its address, or None.

    None for strangers and for staff without a customer. One query for a logged-in user, none
    for anybody else: a webhook or a health check never waits for the database here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        customer = current_customer(request.user) if request.user.is_authenticated else None
        request.customer = customer  # type: ignore[attr-defined]
        with timezone.override(zone(customer.time_zone if customer else DEFAULT_TIME_ZONE)):
            return self.get_response(request)
