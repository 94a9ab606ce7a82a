"""manage.py refill: charges automatic refills within a second of the debit that asks for one."""

import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections

from billing.services.claim_due_balances import claim_due_balances
from commpeak.lib.clock import utc_now
from commpeak.lib.logs import log
from payments.services.refill_balance import refill_balance

# One look at an index that holds only what is due costs 0.1 ms, so asking often is cheaper than
# any message: NOTIFY would make commits of usage wait for each other, and a broker can be down.
LOOK_EVERY_SECONDS = 0.25
PAUSE_AFTER_TROUBLE_SECONDS = 5.0


class Command(BaseCommand):
    """A process of its own beside the Celery worker, since it needs no broker; the sweep of that
    worker does the same more slowly, so each makes up for the other. As many as you like."""

    help = "Watches the due queue and charges automatic refills at once, until it is told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threads", type=int, default=8, help="charges at the same time")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        free = threading.Semaphore(options["threads"])
        self.stdout.write("watching for balances under their threshold")
        self.stdout.flush()
        with ThreadPoolExecutor(options["threads"]) as pool:
            while not self.stopping.is_set():
                self.stopping.wait(self._look(pool, free, options["threads"]))

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """Warm: what has been claimed is carried out."""
        self.stopping.set()

    def _look(self, pool: ThreadPoolExecutor, free: threading.Semaphore, threads: int) -> float:
        """Takes no more than there are idle threads: others may run beside us. How long to wait."""
        idle = 0
        while idle < threads and free.acquire(blocking=False):
            idle += 1
        balance_ids = []
        try:
            close_old_connections()
            balance_ids = claim_due_balances(now=utc_now(), count_max=idle) if idle else []
        except DatabaseTrouble as error:
            log.error("refill_queue_unreadable", reason=type(error).__name__)
            return PAUSE_AFTER_TROUBLE_SECONDS
        finally:
            for _unused in range(idle - len(balance_ids)):
                free.release()
        for balance_id in balance_ids:
            future = pool.submit(_refill, balance_id)
            future.add_done_callback(lambda _done: free.release())
        return 0 if balance_ids and len(balance_ids) == idle else LOOK_EVERY_SECONDS


def _refill(balance_id: int) -> None:
    try:
        refill_balance(balance_id=balance_id, now=utc_now())
    except Exception as error:
        log.error("refill_broke_off", balance_id=balance_id, reason=repr(error)[:300])
    finally:
        close_old_connections()
