"""What Celery wakes for the outbox, where the sweep finds a lost message, and its own pulse."""

from celery import shared_task

from accounts.selectors.due_emails import due_emails
from accounts.services.note_heartbeat import note_heartbeat
from accounts.services.send_email import send_email
from commpeak.lib.clock import utc_now


@shared_task
def send_email_task(email_id: int) -> None:
    send_email(email_id=email_id, now=utc_now())


@shared_task
def sweep_emails() -> None:
    for email_id in due_emails(now=utc_now()):
        send_email_task.delay(email_id)


@shared_task
def note_heartbeat_task() -> None:
    note_heartbeat(now=utc_now())
