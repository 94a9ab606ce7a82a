"""The outbox: a message is written with what it tells about, and goes out once."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import transaction
from django.template import engines
from django.template.loaders.locmem import Loader

from accounts.models import OutgoingEmail
from accounts.selectors.due_emails import due_emails
from accounts.services.queue_email import queue_email
from accounts.services.queue_message import SEND_TASK
from accounts.services.send_email import ATTEMPTS_MAX, send_email
from commpeak.celery import app

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEMPLATE = (
    "{% extends 'emails/_layout.txt' %}{% block subject %}Hello {{ name }}{% endblock %}"
    "{% block content %}See {{ site_url }}/ & <b>{{ name }}</b>{% endblock %}"
)


@pytest.fixture(autouse=True)
def _template(monkeypatch):
    """One template of the tests' own, before those of the portal."""
    loader = Loader(engines["django"].engine, {"emails/greeting.txt": TEMPLATE})
    loaders = engines["django"].engine.template_loaders
    monkeypatch.setattr(engines["django"].engine, "template_loaders", [loader, *loaders])


def greet(key: str = "greeting:1", name: str = "Ada") -> OutgoingEmail:
    queue_email(
        key=key, to="ada@example.com", template="greeting", context={"name": name}, now=NOON
    )
    return OutgoingEmail.objects.get(key=key)


def test_the_first_line_is_the_subject_and_the_rest_the_text():
    email = greet()
    assert email.subject == "Hello Ada"
    assert email.text.startswith("See http://localhost:8000/ & <b>Ada</b>")


def test_one_event_makes_one_message():
    first = greet()
    again = greet(name="Bob")
    assert (again.pk, again.subject) == (first.pk, "Hello Ada")


def test_nothing_is_sent_when_the_business_rolls_back():
    with transaction.atomic():
        greet()
        transaction.set_rollback(True)
    assert due_emails(now=NOON) == []


def test_a_message_goes_out_once_in_text_and_html():
    email = greet()
    send_email(email_id=email.pk, now=NOON)
    send_email(email_id=email.pk, now=NOON + timedelta(days=1))
    [message] = mail.outbox
    assert (message.to, message.subject) == (["ada@example.com"], "Hello Ada")
    [html] = message.alternatives
    assert "&lt;b&gt;Ada&lt;/b&gt;" in html.content
    assert 'href="http://localhost:8000/"' in html.content
    email.refresh_from_db()
    assert (email.sent_at, email.due_at) == (NOON, None)


def test_a_subject_is_one_line_whatever_a_name_holds():
    """S6: no header can be smuggled in."""
    email = greet(name="Ada\r\nBcc: eve@example.com")
    send_email(email_id=email.pk, now=NOON)
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].bcc == []


def test_a_mail_server_that_fails_is_asked_again_until_it_takes_the_message(monkeypatch):
    email = greet()
    _break_mail(monkeypatch, SMTPServerDisconnected("gone"))
    send_email(email_id=email.pk, now=NOON)
    email.refresh_from_db()
    assert email.last_error == "SMTPServerDisconnected: gone"
    assert due_emails(now=NOON + timedelta(seconds=59)) == []
    assert due_emails(now=NOON + timedelta(minutes=1)) == [email.pk]

    monkeypatch.undo()
    send_email(email_id=email.pk, now=NOON + timedelta(minutes=1))
    assert len(mail.outbox) == 1


def test_a_message_that_nobody_takes_is_given_up_and_says_why(monkeypatch):
    email = greet()
    _break_mail(monkeypatch, SMTPServerDisconnected("gone"))
    now = NOON
    for _ in range(ATTEMPTS_MAX):
        send_email(email_id=email.pk, now=now)
        now += timedelta(days=1)
    email.refresh_from_db()
    assert (email.attempts, email.due_at, email.sent_at) == (ATTEMPTS_MAX, None, None)


def test_a_message_that_breaks_its_worker_every_time_is_given_up(monkeypatch):
    """As one whose text cannot be encoded: that is no error of the mail server's."""
    email = greet()
    _break_mail(monkeypatch, UnicodeError("no such character"))
    now = NOON
    for _ in range(ATTEMPTS_MAX):
        assert due_emails(now=now) == [email.pk]
        with pytest.raises(UnicodeError):
            send_email(email_id=email.pk, now=now)
        now += timedelta(days=1)
    send_email(email_id=email.pk, now=now)
    email.refresh_from_db()
    assert (email.attempts, email.due_at) == (ATTEMPTS_MAX, None)
    assert email.last_error == f"{ATTEMPTS_MAX} attempts broke off"


def test_an_address_that_does_not_exist_is_not_tried_again(monkeypatch):
    email = greet()
    _break_mail(monkeypatch, SMTPRecipientsRefused({"ada@example.com": (550, b"unknown")}))
    send_email(email_id=email.pk, now=NOON)
    email.refresh_from_db()
    assert (email.attempts, email.due_at) == (1, None)


@pytest.mark.parametrize("code", [421, 450, 451, 452])
def test_an_address_that_is_only_put_off_is_tried_again(monkeypatch, code):
    """Greylisting, and mailboxes that are full today."""
    email = greet()
    _break_mail(monkeypatch, SMTPRecipientsRefused({"ada@example.com": (code, b"try later")}))
    send_email(email_id=email.pk, now=NOON)
    assert due_emails(now=NOON + timedelta(minutes=1)) == [email.pk]


def test_a_message_held_by_another_worker_is_left_alone():
    email = greet()
    OutgoingEmail.objects.update(due_at=NOON + timedelta(seconds=60))  # its lease
    send_email(email_id=email.pk, now=NOON)
    assert mail.outbox == []


def test_the_task_that_is_woken_exists():
    app.loader.import_default_modules()
    assert SEND_TASK in app.tasks


def _break_mail(monkeypatch, error: Exception) -> None:
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
