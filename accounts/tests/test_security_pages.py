"""Second factors, passkeys and sessions: every page opens, each change asks who you are."""

import time
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from accounts.tests.builders import PASSWORD, make_customer, sent_mails

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _no_limits_from_other_tests():
    cache.clear()


@pytest.fixture
def ada(client):
    """Logged in, and has just proven once more who she is."""
    user = make_customer(email="ada@example.com").members.get()
    log_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return user


def log_in(client):
    return client.post(LOGIN, {"login": "ada@example.com", "password": PASSWORD})


def text_of(response) -> str:
    return response.content.decode()


def code_now(secret: str) -> str:
    """What an authenticator app shows at this moment."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up_the_app(client) -> str:
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})
    return secret


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/accounts/2fa/", "Two-factor login"),
        ("/accounts/2fa/totp/activate/", "Set up the authenticator app"),
        ("/accounts/2fa/webauthn/", "Passkeys"),
        ("/accounts/2fa/webauthn/add/", "Add a passkey"),
        ("/accounts/sessions/", "Where you are logged in"),
        ("/accounts/password/change/", "Change password"),
        ("/accounts/logout/", "Log out?"),
        ("/accounts/reauthenticate/", "Is it you?"),
    ],
)
def test_each_page_opens_for_who_is_logged_in_and_for_nobody_else(
    client, ada, path, heading, django_assert_max_num_queries
):
    with django_assert_max_num_queries(15):
        page = client.get(path)
    assert page.status_code == 200
    assert f"<h1>{heading}</h1>" in text_of(page)
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        (LOGIN, "Log in"),
        ("/accounts/signup/", "Sign up"),
        ("/accounts/signup/passkey/", "Sign up with a passkey"),
        ("/accounts/password/reset/", "Reset your password"),
        ("/accounts/password/reset/done/", "Check your mail"),
        ("/accounts/password/reset/key/done/", "Your new password is set"),
        ("/accounts/inactive/", "This login is closed"),
    ],
)
def test_each_page_of_the_entrance_opens_for_strangers(client, db, path, heading):
    page = client.get(path)
    assert page.status_code == 200
    assert f"<h1>{heading}</h1>" in text_of(page)
    assert "<script>" not in text_of(page)


def test_with_the_app_a_password_alone_no_longer_logs_in(client, ada):
    secret = set_up_the_app(client)
    cache.clear()
    again = Client()
    assert log_in(again)["Location"] == "/accounts/2fa/authenticate/"
    assert again.get("/profile/").status_code == 302
    wrong = again.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "Incorrect code." in text_of(wrong)
    again.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
    assert again.get("/profile/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_setting_up_the_app_is_told_by_mail_and_gives_recovery_codes(client, ada):
    """S14"""
    set_up_the_app(client)
    assert "Authenticator app set up" in [message.subject for message in sent_mails()]
    codes = Authenticator.objects.get(user=ada, type="recovery_codes").wrap().get_unused_codes()
    page = text_of(client.get("/accounts/2fa/recovery-codes/"))
    assert [code in page for code in codes] == [True] * 10


def test_a_recovery_code_logs_in_once(client, ada):
    set_up_the_app(client)
    codes = Authenticator.objects.get(user=ada, type="recovery_codes").wrap().get_unused_codes()
    results = []
    for _attempt in range(2):
        cache.clear()
        browser = Client()
        log_in(browser)
        browser.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        results.append(browser.get("/profile/").status_code)
    assert results == [200, 302]


@pytest.mark.parametrize("path", ["/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"])
def test_a_second_factor_is_changed_only_by_who_proves_it_is_still_them(ada, path):
    """S14: an open browser is not enough."""
    client = Client()
    log_in(client)
    assert client.get(path)["Location"] == f"/accounts/reauthenticate/?next={quote(path, safe='')}"
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": path})
    assert client.get(path).status_code == 200


def test_turning_the_app_off_is_told_by_mail(client, ada):
    """S14"""
    set_up_the_app(client)
    client.post("/accounts/2fa/totp/deactivate/")
    assert "Authenticator app turned off" in [message.subject for message in sent_mails()]
    assert not Authenticator.objects.filter(user=ada, type="totp").exists()


def test_other_browsers_are_logged_out_on_request(client, ada):
    """S4"""
    elsewhere = Client()
    log_in(elsewhere)
    elsewhere.get("/profile/")
    assert "Another browser" in text_of(client.get("/accounts/sessions/"))
    client.post("/accounts/sessions/")
    assert elsewhere.get("/profile/").status_code == 302
    assert client.get("/profile/").status_code == 200


def test_markup_in_a_browser_s_name_is_shown_as_text(client, ada):
    """S6"""
    elsewhere = Client(headers={"user-agent": "<script>alert(1)</script>"})
    log_in(elsewhere)
    elsewhere.get("/profile/")
    text = text_of(client.get("/accounts/sessions/"))
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_passkey_log_in_offers_its_challenge(client, db):
    answer = client.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})
    public_key = answer.json()["request_options"]["publicKey"]
    assert (public_key["rpId"], public_key["userVerification"]) == ("testserver", "required")


NONSENSE = [
    "",
    "x" * 10_000,
    "null",
    "[]",
    "{}",
    '{"id": "\\u0000"}',
    '{"id": "a", "rawId": "a", "type": "public-key", "response": {}}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": "e30", '
    '"authenticatorData": "YQ", "attestationObject": "YQ", "signature": "", "userHandle": "MQ"}}',
]


@pytest.mark.parametrize("credential", NONSENSE)
def test_a_passkey_answer_that_makes_no_sense_does_not_log_in(client, db, credential):
    client.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})
    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential})
    assert answer["Location"] == LOGIN
    assert client.get("/profile/").status_code == 302


@pytest.mark.parametrize("credential", NONSENSE)
def test_a_passkey_that_makes_no_sense_is_not_added(client, ada, credential):
    client.get("/accounts/2fa/webauthn/add/")
    answer = client.post("/accounts/2fa/webauthn/add/", {"credential": credential})
    assert answer.status_code == 200
    assert not Authenticator.objects.filter(user=ada).exists()
