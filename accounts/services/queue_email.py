"""Writes a message into the outbox, in the transaction of what it tells about."""

from collections.abc import Mapping
from datetime import datetime

from accounts.email_text import email_text
from accounts.models import Customer
from accounts.services.queue_message import queue_message


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
    queue_message(key=key, to=to, said=said, now=now, customer=customer)
