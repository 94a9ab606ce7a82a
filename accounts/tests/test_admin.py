"""Users and customers in the admin: found by what staff are told, never deleted."""

import pytest

from accounts.models import Customer, User
from accounts.tests.builders import PASSWORD, make_customer, make_user

pytestmark = pytest.mark.django_db
CUSTOMERS = "/admin/accounts/customer/"
USERS = "/admin/accounts/user/"


@pytest.fixture
def staff(client):
    user = make_user(email="staff@example.com", is_superuser=True)
    client.force_login(user)
    return user


def text_of(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("asked", ["number", "Lovelace", "ada@example.com"])
def test_a_customer_is_found_by_number_name_and_address(client, staff, asked):
    customer = make_customer(email="ada@example.com")
    other = make_customer(name="Grace Hopper")
    query = customer.account_number if asked == "number" else asked
    text = text_of(client.get(CUSTOMERS, {"q": query}))
    assert customer.account_number in text
    assert other.account_number not in text


def test_the_account_number_is_shown_and_cannot_be_edited(client, staff):
    customer = make_customer()
    path = f"{CUSTOMERS}{customer.pk}/change/"
    text = text_of(client.get(path))
    assert customer.account_number in text
    assert 'name="account_number"' not in text
    assert 'name="currency"' not in text


def test_staff_correct_a_name_and_an_address(client, staff):
    customer = make_customer()
    form = {
        "kind": "company",
        "name": "Ada Lovelace",
        "company_name": "Lines  Ltd",
        "vat_id": "136695976",
        "time_zone": "Europe/Berlin",
        "account_number": "10000008",
        "address-TOTAL_FORMS": "1",
        "address-INITIAL_FORMS": "1",
        "address-0-id": customer.address.pk,
        "address-0-customer": customer.pk,
        "address-0-country_code": "DE",
        "address-0-street_address": "Torstraße 2",
        "address-0-city": "Berlin",
        "address-0-postal_code": "10119",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
        "notification_addresses-TOTAL_FORMS": "0",
        "notification_addresses-INITIAL_FORMS": "0",
        "silent_categories-TOTAL_FORMS": "0",
        "silent_categories-INITIAL_FORMS": "0",
    }
    path = f"{CUSTOMERS}{customer.pk}/change/"
    wrong = client.post(path, form | {"address-0-postal_code": "1"})
    assert "Does not fit the country." in text_of(wrong)
    assert client.post(path, form).status_code == 302
    saved = Customer.objects.select_related("address").get(pk=customer.pk)
    assert (saved.display_name, saved.vat_id) == ("Lines Ltd", "DE136695976")
    assert saved.address.street_address == "Torstraße 2"
    assert saved.account_number == customer.account_number


@pytest.mark.parametrize("path", [CUSTOMERS, USERS])
def test_nothing_is_deleted_by_anybody(client, staff, path):
    row = make_customer() if path == CUSTOMERS else make_user()
    assert client.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(path, {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"})
    assert type(row).objects.filter(pk=row.pk).exists()


def test_a_customer_is_not_added_by_hand(client, staff):
    assert client.get(f"{CUSTOMERS}add/").status_code == 403


def test_a_colleague_s_login_is_added_and_works(client, staff):
    body = {
        "email": "Colleague@Example.com",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert client.post(f"{USERS}add/", body).status_code == 302
    assert User.objects.get(email="colleague@example.com").check_password(PASSWORD)


def test_markup_in_a_name_is_shown_as_text(client, staff):
    """S6"""
    make_customer(name="<script>alert(1)</script>")
    text = text_of(client.get(CUSTOMERS))
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize("path", ["/admin/mfa/authenticator/", "/admin/account/emailaddress/"])
def test_secrets_of_second_factors_are_nowhere_in_the_admin(client, staff, path):
    """S15"""
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/admin/", CUSTOMERS, USERS])
def test_customers_do_not_enter(client, path):
    client.force_login(make_customer().members.get())
    assert client.get(path)["Location"] == f"/admin/login/?next={path}"
