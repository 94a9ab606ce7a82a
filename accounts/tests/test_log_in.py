"""Logging in, out and changing the password: sessions rotate, guesses are stopped."""

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from accounts.tests.builders import PASSWORD, make_customer, make_user, sent_mails

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _no_limits_from_other_tests():
    cache.clear()


@pytest.fixture
def ada():
    return make_customer(email="ada@example.com").members.get()


def log_in(client, *, email="ada@example.com", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def is_logged_in(client) -> bool:
    return client.get("/profile/").status_code == 200


def text_of(response) -> str:
    return response.content.decode()


def test_capitals_in_the_address_do_not_matter(client, ada):
    assert log_in(client, email="Ada@Example.COM")["Location"] == "/"
    assert is_logged_in(client)


def test_a_wrong_password_and_an_unknown_address_read_the_same(client, ada):
    """S9: nobody learns who is a customer."""
    wrong = log_in(client, password="wrong horse")
    unknown = log_in(client, email="nobody@example.com")
    for response in (wrong, unknown):
        text = text_of(response)
        assert "The email address and/or password you specified are not correct." in text
    assert not is_logged_in(client)


def test_five_wrong_passwords_stop_the_sixth_try_even_with_the_right_one(client, ada):
    """S9"""
    for _attempt in range(5):
        log_in(client, password="wrong horse")
    assert "Too many failed login attempts." in text_of(log_in(client))
    assert not is_logged_in(client)


def test_guessing_one_login_does_not_stop_another(client, ada):
    """S9: the real user can still get in."""
    make_user(email="grace@example.com")
    for _attempt in range(5):
        log_in(client, password="wrong horse")
    assert log_in(Client(), email="grace@example.com").status_code == 302


def test_logging_in_gives_a_new_session(client, ada):
    """S4: a session that was slipped to somebody is worth nothing afterwards."""
    client.get("/accounts/signup/")
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    log_in(client)
    assert client.session.session_key != planted
    assert not Session.objects.filter(pk=planted).exists()


def test_logging_out_ends_the_session(client, ada):
    """S4, S3: only by POST."""
    log_in(client)
    stolen = client.cookies["sessionid"].value
    client.get("/accounts/logout/")
    assert is_logged_in(client)
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert not is_logged_in(thief)


def test_a_new_password_logs_out_every_other_browser_and_is_told(client, ada):
    """S4, S14"""
    elsewhere = Client()
    log_in(elsewhere)
    log_in(client)
    new = "a new horse entirely"
    body = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post("/accounts/password/change/", body)
    assert is_logged_in(client)
    assert not is_logged_in(elsewhere)
    assert [message.subject for message in sent_mails()] == ["Your password was changed"]


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_next_never_leads_to_another_site(client, ada, target):
    """S5"""
    assert log_in(client, next=target)["Location"] == "/"


def test_next_leads_to_a_page_of_ours(client, ada):
    target = "/topup/?purse=voice"
    assert log_in(client, next=target)["Location"] == target


def test_a_closed_login_does_not_get_in(client, ada):
    ada.is_active = False
    ada.save()
    assert log_in(client)["Location"] == "/accounts/inactive/"
    assert "This login is closed" in text_of(client.get("/accounts/inactive/"))


def test_the_admin_s_lock_closes_after_five_wrong_passwords(client):
    """S9: axes guards /admin/ and nothing else."""
    staff = make_user(email="staff@example.com", is_superuser=True)
    body = {"username": staff.email, "password": "wrong horse"}
    statuses = [client.post("/admin/login/", body).status_code for _attempt in range(5)]
    right = client.post("/admin/login/", body | {"password": PASSWORD})
    assert statuses == [200, 200, 200, 200, 429]
    assert right.status_code == 429
    assert "Too many tries" in text_of(right)
    assert log_in(client, email=staff.email).status_code == 302


def test_wrong_passwords_of_customers_do_not_lock_the_admin(client, ada):
    staff = make_user(email="staff@example.com", is_superuser=True)
    for _attempt in range(6):
        log_in(client, email=staff.email, password="wrong horse")
    body = {"username": staff.email, "password": PASSWORD}
    assert client.post("/admin/login/", body).status_code == 302


def test_a_customer_is_not_let_into_the_admin(client, ada):
    body = {"username": ada.email, "password": PASSWORD}
    assert client.post("/admin/login/", body).status_code == 200
    log_in(client)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_a_password_is_reset_by_the_link_in_the_mail(client, ada):
    client.post("/accounts/password/reset/", {"email": "ada@example.com"})
    link = next(
        line for line in sent_mails()[0].body.splitlines() if "/password/reset/key/" in line
    )
    form = client.get(link.removeprefix("http://testserver"), follow=True)
    new = "a new horse entirely"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert log_in(client, password=new).status_code == 302
    again = Client().get(link.removeprefix("http://testserver"), follow=True)
    assert "This link does not work any more" in text_of(again)


def test_a_reset_for_an_unknown_address_reads_the_same(client, ada):
    """S9"""
    known = client.post("/accounts/password/reset/", {"email": "ada@example.com"}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "no@example.com"}, follow=True)
    assert text_of(known) == text_of(unknown)
    assert [message.subject for message in sent_mails()] == [
        "Set a new password",
        "No login with this address",
    ]
