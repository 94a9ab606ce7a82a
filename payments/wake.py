"""Telling a worker that there is work, without ever depending on the broker."""

from celery import Task
from kombu.exceptions import OperationalError

from commpeak.lib.logs import log


def wake(task: "Task[..., None]", *args: int) -> None:
    """Publishes `task` for work that is already committed.

    With the broker gone or frozen this gives up within about a second: the work stays in
    PostgreSQL and the next sweep finds it.
    """
    try:
        task.apply_async(args, retry=False)
    except OperationalError:
        log.warning("broker_unreachable", task=task.name)
