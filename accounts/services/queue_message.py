"""Writes words that are ready into the outbox, in the transaction of what they tell about."""

from datetime import datetime

from django.db import transaction

from accounts.email_text import EmailText
from accounts.models import Customer, OutgoingEmail
from commpeak.lib.wake import wake

SEND_TASK = "accounts.tasks.send_email_task"


def queue_message(
    *, key: str, to: str, said: EmailText, now: datetime, customer: Customer | None = None
) -> None:
    """Queues `said` for the address `to`, and wakes a worker once that is committed.

    A second call with the same `key` queues nothing more: one event, one message. Nothing is
    sent when the transaction rolls back.
    """
    email, is_new = OutgoingEmail.objects.get_or_create(
        key=key,
        defaults={
            "customer": customer,
            "to": to,
            "subject": said.subject,
            "text": said.text,
            "created_at": now,
            "due_at": now,
        },
    )
    if is_new:
        transaction.on_commit(lambda: wake(SEND_TASK, email.pk))
