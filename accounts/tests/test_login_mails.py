"""Mails about the login itself: written with what they tell about, sent by a worker."""

from smtplib import SMTPServerDisconnected

import pytest
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse

from accounts.models import OutgoingEmail
from accounts.tests.builders import PASSWORD, make_customer, make_user, sent_mails
from commpeak.lib.mailed_code import without_codes

pytestmark = pytest.mark.django_db
NEW = "another fine pass phrase"
RESET = "/accounts/password/reset/"


@pytest.fixture(autouse=True)
def _no_limits_from_other_tests():
    cache.clear()


@pytest.fixture
def ada():
    return make_customer(email="ada@example.com").members.get()


class MailServerIsDown(EmailBackend):
    def send_messages(self, email_messages):
        raise SMTPServerDisconnected("gone")


@pytest.fixture
def _mail_server_is_down(settings):
    settings.EMAIL_BACKEND = f"{__name__}.MailServerIsDown"


def change_password(user) -> int:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    sent = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    return client.post("/accounts/password/change/", sent).status_code


@pytest.mark.usefixtures("_mail_server_is_down")
def test_nobody_who_signs_up_meets_a_mail_server_that_is_down(client):
    sent = {"email": "new@example.com", "password1": NEW}
    assert client.post("/accounts/signup/", sent).status_code == 302
    assert OutgoingEmail.objects.get().subject.startswith("Your code: ")


@pytest.mark.usefixtures("_mail_server_is_down")
def test_nor_does_who_forgot_the_password(client, ada):
    assert client.post(RESET, {"email": ada.email}).status_code == 302
    assert OutgoingEmail.objects.get().subject == "Set a new password"


@pytest.mark.usefixtures("_mail_server_is_down")
def test_the_notice_of_a_changed_password_is_kept_until_the_mail_server_is_back(ada):
    """S14"""
    assert change_password(ada) == 302
    sent_mails()
    notice = OutgoingEmail.objects.get()
    assert (notice.subject, notice.to) == ("Your password was changed", ada.email)
    assert (notice.sent_at, notice.last_error) == (None, "SMTPServerDisconnected: gone")
    assert notice.due_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_woken_at_once(client, monkeypatch):
    woken = []
    monkeypatch.setattr("accounts.services.queue_message.wake", lambda *call: woken.append(call))
    client.post("/accounts/signup/", {"email": "new@example.com", "password1": NEW})
    assert woken == [("accounts.tasks.send_email_task", OutgoingEmail.objects.get().pk)]


def test_an_address_too_long_for_any_mailbox_reads_like_any_unknown_one(client):
    """S16"""
    labels = ".".join(["x" * 60] * 4)
    assert client.post(RESET, {"email": f"{'a' * 60}@{labels}.com"}).status_code == 302
    assert not OutgoingEmail.objects.exists()


@pytest.mark.parametrize("path", ["/accounts/signup/", RESET])
def test_a_mailed_code_or_link_is_not_shown_to_staff(client, ada, path):
    """S15: whoever reads it proves a mailbox, or takes a login, that is not theirs."""
    email = ada.email if path == RESET else "new@example.com"
    client.post(path, {"email": email, "password1": NEW})
    message = OutgoingEmail.objects.get()
    client.force_login(make_user(email="root@example.com", is_superuser=True))
    page = client.get(reverse("admin:accounts_outgoingemail_change", args=[message.pk]))
    assert "••••" in page.content.decode()
    for secret in secrets_of(message):
        assert secret not in page.content.decode()


def secrets_of(message: OutgoingEmail) -> list[str]:
    """What of its words would work when typed in or followed."""
    words = message.text.split()
    found = [word for word in words if "/reset/key/" in word or ("-" in word and word.isupper())]
    assert found, message.text
    return [word.rpartition("/key/")[2] for word in found]


def test_what_is_no_code_is_left_as_it_is():
    text = "Done at 2026-03-02 by Mozilla/5.0: http://example.com/accounts/password/reset/"
    assert without_codes(text) == text
