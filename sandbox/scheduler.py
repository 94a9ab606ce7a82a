"""One thread that does things later: webhooks, their retries, outcomes that take a while."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)


class Scheduler:
    """Runs actions one after another, each at its time; equal times in the order given."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        threading.Thread(target=self._run, name="sandbox-scheduler", daemon=True).start()

    def call_later(self, seconds: float, action: Callable[[], None]) -> None:
        """Run `action` in this scheduler's thread after `seconds`; returns at once."""
        with self._changed:
            heapq.heappush(self._heap, (time.monotonic() + seconds, next(self._order), action))
            self._changed.notify_all()

    def clear(self) -> None:
        """Forget everything that has not started."""
        with self._changed:
            self._heap.clear()

    def _run(self) -> None:
        while True:
            action = self._next()
            try:
                action()
            except Exception:
                log.exception("a scheduled action failed")

    def _next(self) -> Callable[[], None]:
        with self._changed:
            while True:
                wait = self._heap[0][0] - time.monotonic() if self._heap else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._heap)[2]
                self._changed.wait(wait)
