"""Sign-up: a login, a customer and both balances, or nothing at all."""

import re
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Customer, User
from accounts.tests.builders import PASSWORD, make_user, sent_mails
from billing.models import Balance

pytestmark = pytest.mark.django_db
SIGNUP = "/accounts/signup/"
CODE_PAGE = "/accounts/confirm-email/"


@pytest.fixture(autouse=True)
def _no_limits_from_other_tests():
    cache.clear()


def sign_up(client, *, email="new@example.com", password=PASSWORD, **more):
    return client.post(SIGNUP, {"email": email, "password1": password, **more})


def code_in(message) -> str:
    found = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", message.body, re.MULTILINE)
    assert found, message.body
    return found[0]


def text_of(response) -> str:
    return response.content.decode()


def test_sign_up_opens_a_customer_with_two_balances(client, settings):
    settings.SIGNUP_CREDIT_LIMIT = Decimal("7.50")
    settings.ACCOUNT_CURRENCY = "EUR"
    assert sign_up(client, time_zone="Europe/Kyiv")["Location"] == CODE_PAGE
    customer = Customer.objects.get(members__email="new@example.com")
    assert (customer.currency, customer.time_zone) == ("EUR", "Europe/Kyiv")
    balances = Balance.objects.filter(account__customer=customer, account__kind="balance")
    assert sorted(balances.values_list("account__purse", "amount", "credit_limit")) == [
        ("sms", Decimal(0), Decimal("7.50")),
        ("voice", Decimal(0), Decimal("7.50")),
    ]


def test_the_code_from_the_mail_logs_the_new_customer_in(client):
    sign_up(client)
    assert client.get("/profile/").status_code == 302
    assert "new@example.com" in text_of(client.get(CODE_PAGE))
    client.post(CODE_PAGE, {"code": code_in(sent_mails()[0])})
    assert client.get("/profile/").status_code == 200


def test_three_wrong_codes_end_the_try_and_logging_in_sends_a_new_one(client):
    sign_up(client)
    for _attempt in range(3):
        client.post(CODE_PAGE, {"code": "BBBB-BBBB"})
    client.post(CODE_PAGE, {"code": code_in(sent_mails()[0])})
    assert client.get("/profile/").status_code == 302
    client.post("/accounts/login/", {"login": "new@example.com", "password": PASSWORD})
    client.post(CODE_PAGE, {"code": code_in(sent_mails()[-1])})
    assert client.get("/profile/").status_code == 200


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "x" * 10_000, "Europe/Kyiv\x00"])
def test_a_browser_without_a_usable_zone_gets_utc(client, zone):
    assert sign_up(client, time_zone=zone).status_code in (200, 302)
    zones = set(Customer.objects.values_list("time_zone", flat=True))
    assert zones <= {"UTC"}


def test_the_form_sent_twice_opens_one_customer_and_the_second_code_works():
    """The first answer was lost: the browser that sends again knows nothing of it."""
    sign_up(Client())
    client = Client()
    sign_up(client)
    assert (User.objects.count(), Customer.objects.count()) == (1, 1)
    client.post(CODE_PAGE, {"code": code_in(sent_mails()[1])})
    assert client.get("/profile/").status_code == 200


def test_somebody_else_s_address_is_not_betrayed_and_its_owner_is_told():
    """S9: the answer is the same as for a new address."""
    make_user(email="ada@example.com")
    taken, free = Client(), Client()
    answers = [
        sign_up(taken, email="ada@example.com", password="another horse battery"),
        sign_up(free, email="free@example.com", password="another horse battery"),
    ]
    assert [answer["Location"] for answer in answers] == [CODE_PAGE, CODE_PAGE]
    pages = [
        re.sub(r'[a-z]+@example\.com|value="[^"]*"', "", text_of(visitor.get(CODE_PAGE)))
        for visitor in (taken, free)
    ]
    assert pages[0] == pages[1]
    told = sent_mails()[0]
    assert (told.subject, told.to) == ("You already have a login", ["ada@example.com"])


def test_an_unverified_sign_up_is_not_taken_over_with_another_password():
    sign_up(Client(), email="ada@example.com")
    thief = Client()
    sign_up(thief, email="ada@example.com", password="another horse battery")
    assert sent_mails()[1].subject == "You already have a login"
    assert User.objects.get().check_password(PASSWORD)


def test_two_tabs_at_the_same_moment_open_one_customer(client, monkeypatch):
    """The check for a taken address passes in both; the database lets one through."""
    make_user(email="new@example.com")
    monkeypatch.setattr(
        "commpeak.signup.PortalSignupForm.validate_unique_email", lambda _form, email: email
    )
    assert sign_up(client)["Location"] == CODE_PAGE
    assert User.objects.filter(email="new@example.com").count() == 1
    assert Customer.objects.count() == 0


def test_nothing_is_kept_when_the_balances_cannot_be_opened(client, monkeypatch):
    def fail(**_facts):
        raise RuntimeError("no balances today")

    monkeypatch.setattr("commpeak.signup.open_balances", fail)
    with pytest.raises(RuntimeError, match="no balances today"):
        sign_up(client)
    assert (User.objects.count(), Customer.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("not an address", PASSWORD),
        ("a\x00b@example.com", PASSWORD),
        ("x" * 10_000 + "@example.com", PASSWORD),
        ("new@example.com", "12345678"),
        ("new@example.com", "short"),
        ("new@example.com", "password\x00horse"),
        ("new@example.com", "new@example.com"),
        ("", ""),
    ],
)
def test_what_cannot_be_accepted_is_a_form_error(client, email, password):
    """S16"""
    response = sign_up(client, email=email, password=password)
    assert response.status_code == 200
    assert 'class="error-summary"' in text_of(response)
    assert User.objects.count() == 0


def test_flags_and_numbers_in_the_form_are_ignored(client):
    """S1"""
    sign_up(
        client, is_staff="on", is_superuser="1", account_number="10000008", currency="EUR", id="7"
    )
    user = User.objects.get()
    customer = Customer.objects.get()
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert (customer.account_number == "10000008", customer.currency) == (False, "USD")


def test_sign_up_by_passkey_asks_for_the_address_first(client):
    response = client.post("/accounts/signup/passkey/", {"email": "key@example.com"})
    assert response["Location"] == CODE_PAGE
    client.post(CODE_PAGE, {"code": code_in(sent_mails()[0])})
    assert "Make a passkey" in text_of(client.get("/accounts/2fa/webauthn/signup/"))
    assert Customer.objects.get().members.get().email == "key@example.com"
