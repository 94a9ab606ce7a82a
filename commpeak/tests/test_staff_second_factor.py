"""S9: a password alone does not open the admin."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.tests.builders import PASSWORD, make_user

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXP"
LOGIN = "/admin/login/"
INDEX = "/accounts/2fa/"
CODE = "/accounts/2fa/authenticate/"
CUSTOMERS = "/admin/accounts/customer/"


@pytest.fixture(autouse=True)
def _as_in_production(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def ann() -> User:
    return make_user(email="ann@example.com", is_superuser=True)


def code_now() -> str:
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))


def log_in(client: Client, user: User, *, next_page: str = "") -> str:
    """Where a right password leads."""
    path = f"{LOGIN}?next={next_page}" if next_page else LOGIN
    return client.post(path, {"username": user.email, "password": PASSWORD})["Location"]


def test_without_a_second_factor_every_page_leads_to_setting_one_up(client: Client, ann: User):
    assert log_in(client, ann) == "/admin/"
    for path in ("/admin/", CUSTOMERS, "/admin/password_change/"):
        assert client.get(path)["Location"] == INDEX
    page = client.get(INDEX).content.decode()
    assert "the administration opens with it only" in page
    assert "To the administration" in page


def test_whoever_has_just_set_one_up_shows_it_once(client: Client, ann: User):
    log_in(client, ann)
    TOTP.activate(ann, SECRET)
    asked = client.get(CUSTOMERS)["Location"]
    assert asked == f"/accounts/2fa/reauthenticate/?next={CUSTOMERS.replace('/', '%2F')}"
    assert client.post(asked, {"code": code_now()})["Location"] == CUSTOMERS
    assert client.get(CUSTOMERS).status_code == 200


def test_logging_in_asks_for_it_and_leads_where_one_was_going(client: Client, ann: User):
    TOTP.activate(ann, SECRET)
    assert log_in(client, ann, next_page=CUSTOMERS) == CODE
    assert client.get(CUSTOMERS)["Location"] == f"{LOGIN}?next={CUSTOMERS}"
    assert client.post(CODE, {"code": code_now()})["Location"] == CUSTOMERS
    assert client.get(CUSTOMERS).status_code == 200


def test_a_wrong_code_does_not_log_in(client: Client, ann: User):
    TOTP.activate(ann, SECRET)
    log_in(client, ann)
    assert client.post(CODE, {"code": "000000"}).status_code == 200
    assert client.get("/admin/")["Location"].startswith(LOGIN)


def test_turning_it_off_closes_the_admin(client: Client, ann: User):
    TOTP.activate(ann, SECRET)
    log_in(client, ann)
    client.post(CODE, {"code": code_now()})
    Authenticator.objects.filter(user=ann).delete()
    assert client.get("/admin/")["Location"] == INDEX


def test_a_code_shown_by_another_login_in_the_same_browser_does_not_count(
    client: Client, ann: User
):
    TOTP.activate(ann, SECRET)
    log_in(client, ann)
    client.post(CODE, {"code": code_now()})
    client.post("/admin/logout/")
    bob = make_user(email="bob@example.com", is_superuser=True)
    log_in(client, bob)
    assert client.get("/admin/")["Location"] == INDEX


def test_five_wrong_passwords_lock_also_those_with_a_second_factor(client: Client, ann: User):
    TOTP.activate(ann, SECRET)
    wrong = {"username": ann.email, "password": "wrong horse"}
    statuses = [client.post(LOGIN, wrong).status_code for _attempt in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    assert client.post(LOGIN, wrong | {"password": PASSWORD}).status_code == 429


def test_getting_in_clears_earlier_wrong_passwords(client: Client, ann: User):
    TOTP.activate(ann, SECRET)
    wrong = {"username": ann.email, "password": "wrong horse"}
    for _attempt in range(4):
        client.post(LOGIN, wrong)
    log_in(client, ann)
    client.post(CODE, {"code": code_now()})
    assert Client().post(LOGIN, wrong).status_code == 200


def test_where_it_is_not_required_only_those_who_have_one_are_asked(
    client: Client, ann: User, settings: Settings
):
    """The demo."""
    settings.STAFF_SECOND_FACTOR = False
    bob = make_user(email="bob@example.com", is_superuser=True)
    log_in(client, bob)
    assert client.get("/admin/").status_code == 200
    TOTP.activate(ann, SECRET)
    assert log_in(Client(), ann) == CODE


def test_customers_are_not_asked_for_one(client: Client):
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/")["Location"].startswith(LOGIN)


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example"])
def test_s5_next_never_leads_to_another_site(client: Client, ann: User, target: str):
    assert log_in(client, ann, next_page=target) == "/admin/"


def test_a_colleague_s_address_is_confirmed_before_they_come_in(client: Client):
    """Made by an administrator, who may have mistyped it."""
    User.objects.create_user("new@example.com", PASSWORD, is_staff=True)
    colleague = User.objects.get(email="new@example.com")
    assert log_in(client, colleague) == "/accounts/confirm-email/"
    assert client.get("/admin/")["Location"].startswith(LOGIN)
