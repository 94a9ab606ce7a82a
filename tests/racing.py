"""Several at once, each on a database connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import IntegrityError, connection

from commpeak.lib.errors import AppError

TOGETHER_SECONDS = 30  # how long the slowest thread may take to get its connection


def at_once(*acts):
    """Runs each act in a thread of its own, all from the same moment; returns what they return,
    or the AppError or IntegrityError that each was refused with."""
    together = Barrier(len(acts))

    def run(act):
        try:
            connection.ensure_connection()
            together.wait(timeout=TOGETHER_SECONDS)
            return act()
        except (AppError, IntegrityError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refusals(results) -> list[str]:
    return [type(one).__name__ for one in results if isinstance(one, Exception)]
