"""Sends one message of the outbox."""

from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import OutgoingEmail

# A worker that dies leaves its message to a sweep after this long, longer than EMAIL_TIMEOUT, and
# the attempt's pause: a message that breaks its worker must not do so every minute.
LEASE = timedelta(seconds=60)
_PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)]
ATTEMPTS_MAX = len(_PAUSES) + 1  # over about 17 hours
_NEVER = 500


def send_email(*, email_id: int, now: datetime) -> None:
    """Does nothing when the message is sent, given up or held by another worker.

    A mail server that fails, or puts the message off (greylisting, a full mailbox), is tried again
    later with growing pauses. A worker that dies between the server's yes and our note of it sends
    the message a second time, which is better than never. One that breaks off every attempt is
    given up like any other.
    """
    email = _claim(email_id, now)
    if email is None:
        return
    try:
        _message(email).send()
    except (SMTPException, OSError) as error:
        _postpone(email, now, error)
    else:
        email.sent_at, email.due_at, email.last_error = now, None, ""
        email.save(update_fields=["sent_at", "due_at", "last_error"])


@transaction.atomic(durable=True)
def _claim(email_id: int, now: datetime) -> OutgoingEmail | None:
    due = OutgoingEmail.objects.select_for_update(skip_locked=True)
    email = due.filter(pk=email_id, due_at__lte=now).first()
    if email is None:
        return None
    if email.attempts >= ATTEMPTS_MAX:
        email.due_at, email.last_error = None, f"{email.attempts} attempts broke off"
        email.save(update_fields=["due_at", "last_error"])
        return None
    email.attempts += 1
    email.due_at = now + LEASE + _pause_after(email.attempts)
    email.save(update_fields=["attempts", "due_at"])
    return email


def _pause_after(attempts: int) -> timedelta:
    return _PAUSES[min(attempts, len(_PAUSES)) - 1]


def _message(email: OutgoingEmail) -> EmailMultiAlternatives:
    """The HTML part is made from the text, so that both always say the same."""
    message = EmailMultiAlternatives(email.subject, email.text, to=[email.to])
    html = render_to_string("emails/message.html", {"subject": email.subject, "text": email.text})
    message.attach_alternative(html, "text/html")
    return message


def _postpone(email: OutgoingEmail, now: datetime, error: Exception) -> None:
    email.last_error = f"{type(error).__name__}: {error}"[:300]
    is_over = email.attempts >= ATTEMPTS_MAX or _is_for_good(error)
    email.due_at = None if is_over else now + _pause_after(email.attempts)
    email.save(update_fields=["due_at", "last_error"])


def _is_for_good(error: Exception) -> bool:
    """RFC 5321, 4.2.1: 4yz says "not now", 5yz "never"; smtplib raises the same for both."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(code >= _NEVER for code, _words in error.recipients.values())
