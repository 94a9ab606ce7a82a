"""Several at once, each on a database connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import IntegrityError, connection, transaction

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


def while_held(hold, *acts):
    """`hold` locks rows; each act is started and comes to wait for a lock, in this order; then
    the rows are let go. Returns what the acts return, or raises what one of them raised."""

    def run(act):
        try:
            return act()
        finally:
            connection.close()

    running = []
    with ThreadPoolExecutor(len(acts)) as pool:
        with transaction.atomic():
            hold()
            for count, act in enumerate(acts, start=1):
                running.append(pool.submit(run, act))
                wait_until_waiting(count)
        return [one.result() for one in running]


def wait_until_waiting(count: int = 1) -> None:
    """Until so many connections wait for a lock; asks the database, no clock."""
    with connection.cursor() as cursor:
        for _ in range(3000):
            cursor.execute(
                "SELECT count(DISTINCT pid) FROM pg_locks, pg_sleep(0.01)"
                " WHERE cardinality(pg_blocking_pids(pid)) > 0"
            )
            if cursor.fetchone() == (count,):
                return
    raise AssertionError(f"not {count} wait")


def refusals(results) -> list[str]:
    return [type(one).__name__ for one in results if isinstance(one, Exception)]
