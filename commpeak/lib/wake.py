"""Telling a worker that there is work, without ever depending on the broker."""

from celery import current_app
from kombu.exceptions import OperationalError

from commpeak.lib.logs import log


def wake(task_name: str, *args: int) -> None:
    """Publishes a task, by its full name, for work that is already committed.

    By name, so that services can wake the tasks that call them. With the broker gone or frozen
    this gives up within about a second: the work stays in PostgreSQL and the next sweep finds it.
    """
    try:
        current_app.send_task(task_name, args, retry=False)
    except OperationalError:
        log.warning("broker_unreachable", task=task_name)
