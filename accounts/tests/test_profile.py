"""The profile page: the owner's own facts, and the time zone."""

import pytest
from django.urls import reverse

from accounts.models import Customer
from accounts.tests.builders import make_customer, make_user

pytestmark = pytest.mark.django_db
PROFILE = "/profile/"
TIME_ZONE = "/profile/time-zone/"
QUERIES_PER_PAGE_MAX = 15


@pytest.fixture
def customer(client):
    customer = make_customer(email="ada@example.com", time_zone="Europe/Kyiv")
    client.force_login(customer.members.get())
    return customer


def text_of(response) -> str:
    return response.content.decode()


def test_the_owner_sees_account_number_name_and_address(client, customer):
    text = text_of(client.get(PROFILE))
    for fact in (customer.account_number, "ada@example.com", "Ada Lovelace", "10119 Berlin"):
        assert fact in text
    assert "Germany" in text
    assert "To add credit we need" not in text


def test_an_unfinished_profile_says_what_is_missing(client):
    client.force_login(make_customer(address_complete=False).members.get())
    text = text_of(client.get(PROFILE))
    assert "4 things are missing: First and last name, Country, Street address, City." in text


@pytest.mark.parametrize("path", [PROFILE, TIME_ZONE, "/profile/address/"])
def test_strangers_are_sent_to_log_in(client, path):
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={path}")


@pytest.mark.parametrize("path", [PROFILE, TIME_ZONE, "/profile/address/"])
def test_a_login_without_a_customer_gets_a_friendly_page(client, path):
    client.force_login(make_user(email="nobody@example.com"))
    response = client.get(path)
    assert response.status_code == 403
    assert "This login has no customer" in text_of(response)


def test_staff_without_a_customer_go_to_the_admin(client):
    client.force_login(make_user(is_superuser=True))
    assert client.get(PROFILE)["Location"] == reverse("admin:index")


@pytest.mark.parametrize("path", [PROFILE, TIME_ZONE, "/profile/address/"])
def test_the_number_of_queries_does_not_grow(client, customer, path, django_assert_max_num_queries):
    client.get(path)
    with django_assert_max_num_queries(QUERIES_PER_PAGE_MAX):
        client.get(path)


def test_the_time_zone_is_changed_and_used_from_the_next_page_on(client, customer):
    client.post(TIME_ZONE, {"time_zone": "America/New_York"})
    customer.refresh_from_db()
    assert customer.time_zone == "America/New_York"
    assert "Times are now shown in America/New_York." in text_of(client.get(PROFILE))


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "x" * 10_000, "UTC\x00"])
def test_a_zone_that_does_not_exist_is_a_form_error(client, customer, zone):
    response = client.post(TIME_ZONE, {"time_zone": zone})
    assert response.status_code == 200
    assert 'class="error-summary"' in text_of(response)
    customer.refresh_from_db()
    assert customer.time_zone == "Europe/Kyiv"


def test_account_number_and_currency_in_a_form_are_ignored(client, customer):
    """S1"""
    before = Customer.objects.values().get(pk=customer.pk)
    extra = {"account_number": "10000008", "currency": "EUR", "sms_currency": "EUR", "id": "1"}
    client.post(TIME_ZONE, {"time_zone": "Europe/Kyiv"} | extra)
    assert Customer.objects.values().get(pk=customer.pk) == before


def test_a_form_without_its_token_is_refused(customer):
    """S3"""
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(customer.members.get())
    assert client.post(TIME_ZONE, {"time_zone": "UTC"}).status_code == 403


def test_the_e_mail_address_is_not_offered_for_change(client, customer):
    response = client.post("/accounts/email/", {"email": "new@example.com", "action_add": ""})
    assert response["Location"] == PROFILE
    assert [address.email for address in customer.members.get().emailaddress_set.all()] == [
        "ada@example.com"
    ]
