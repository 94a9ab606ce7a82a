"""The customer of a request, and the time zone it is answered in."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts.middleware import CurrentCustomerMiddleware
from accounts.models import Customer
from accounts.tests.builders import make_customer, make_user

pytestmark = pytest.mark.django_db


def seen_by_the_view(user) -> tuple[Customer | None, str]:
    seen = []

    def view(request):
        seen.append((request.customer, timezone.get_current_timezone_name()))
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = user
    CurrentCustomerMiddleware(view)(request)
    return seen[0]


def test_a_member_acts_for_their_customer_in_its_time_zone(django_assert_num_queries):
    customer = make_customer(time_zone="Europe/Kyiv")
    user = customer.members.get()
    with django_assert_num_queries(1):
        found, zone = seen_by_the_view(user)
        assert found.address.city == "Berlin"
    assert (found, zone) == (customer, "Europe/Kyiv")


def test_a_stranger_acts_for_nobody_and_costs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert seen_by_the_view(AnonymousUser()) == (None, "UTC")


def test_a_login_without_a_customer_acts_for_nobody():
    assert seen_by_the_view(make_user()) == (None, "UTC")


def test_a_zone_that_the_tz_database_dropped_is_answered_in_utc():
    customer = make_customer(time_zone="Mars/Olympus")
    assert seen_by_the_view(customer.members.get()) == (customer, "UTC")


def test_the_zone_of_one_request_does_not_reach_the_next():
    seen_by_the_view(make_customer(time_zone="Europe/Kyiv").members.get())
    assert timezone.get_current_timezone_name() == "UTC"
