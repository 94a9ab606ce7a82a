"""Writes a message into the outbox, in the transaction of what it tells about."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.email_text import email_text
from accounts.models import Customer, OutgoingEmail
from commpeak.lib.wake import wake

SEND_TASK = "accounts.tasks.send_email_task"


def queue_email(
    *,
    key: str,
    to: str,
    template: str,
    context: Mapping[str, object],
    now: datetime,
    customer: Customer | None = None,
) -> None:
    """Queues `emails/<template>.txt`, whose first line is the subject, for the address `to`.

    The template gets `context` and `site_url`. A second call with the same `key` queues nothing
    more: one event, one message. Nothing is sent when the transaction rolls back.
    """
    said = email_text(template=template, context=context)
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
