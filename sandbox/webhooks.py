"""Sends webhooks, keeps a log of every attempt, and misbehaves when a fault says so."""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from sandbox.faults import Fault, FaultBook, FaultKind
from sandbox.scheduler import Scheduler

SEND_TIMEOUT_SECONDS = 10  # Stripe waits about this long for a 2xx
DELIVERIES_MAX = 5_000  # the log's length; the oldest go first
PARALLEL_COPIES_MAX = 16
OUT_OF_ORDER_WINDOW_SECONDS = 1.0


class DeliveryStatus(StrEnum):
    """Where one delivery stands."""

    SCHEDULED = "scheduled"
    HELD = "held"
    DELIVERED = "delivered"
    RETRYING = "retrying"
    FAILED = "failed"
    LOST = "lost"
    NO_ENDPOINT = "no_endpoint"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One event on its way to the merchant. `handles` are what faults may name it by."""

    event_id: str
    event_type: str
    body: str
    handles: frozenset[str] = frozenset()
    headers: Mapping[str, str] | None = None  # given: sent as they are, not signed again


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try: the HTTP status, or 0 and the error's text."""

    at: float
    status: int
    error: str = ""


@dataclass(kw_only=True)
class Delivery:
    """A message's journey to the endpoint."""

    id: str
    message: Message
    status: DeliveryStatus = DeliveryStatus.SCHEDULED
    attempts: list[Attempt] = field(default_factory=list)
    is_resent: bool = False  # by hand

    @property
    def is_repeated(self) -> bool:
        return self.is_resent or bool(self.attempts)


@dataclass(kw_only=True)
class Endpoint:
    """Where webhooks go. `sign` makes the headers for a body at a time (Unix seconds).

    `again` makes the body of a repeated try, for a gateway that does not send the same one.
    """

    url: str
    sign: Callable[[str, int], dict[str, str]]
    retry_delays_seconds: Sequence[float]
    again: Callable[[str], str] | None = None


class Deliverer:
    """Sends one message at a time, in order, unless a fault says otherwise."""

    def __init__(
        self,
        *,
        scheduler: Scheduler,
        faults: FaultBook,
        endpoint: Endpoint,
        id_prefix: str = "dl",
    ) -> None:
        self.endpoint = endpoint
        self.id_prefix = id_prefix
        self._scheduler = scheduler
        self._faults = faults
        self._changed = threading.Condition()
        self._log: dict[str, Delivery] = {}
        self._ids = itertools.count(1)

    def publish(self, message: Message) -> None:
        """Put a message on its way; returns at once."""
        if not self.endpoint.url:
            self._record(message, DeliveryStatus.NO_ENDPOINT)
        elif self._fault(FaultKind.WEBHOOK_LOST, message):
            self._record(message, DeliveryStatus.LOST)
        elif self._fault(FaultKind.WEBHOOK_HELD, message):
            self._record(message, DeliveryStatus.HELD)
        elif fault := self._fault(FaultKind.WEBHOOK_OUT_OF_ORDER, message):
            self._hold_for_reversal(message, fault.seconds or OUT_OF_ORDER_WINDOW_SECONDS)
        else:
            self._schedule(message)

    def release(self) -> int:
        """Send everything that is held, newest first; how many there were."""
        with self._changed:
            held = [d for d in self._log.values() if d.status is DeliveryStatus.HELD]
            for delivery in held:
                delivery.status = DeliveryStatus.SCHEDULED
        for delivery in reversed(held):
            self._send_later([delivery], 0)
        return len(held)

    def resend(self, delivery_id: str) -> None:
        """Send a logged message once more, signed anew. Raises KeyError for an unknown id."""
        with self._changed:
            message = self._log[delivery_id].message
        if self.endpoint.url:
            delivery = self._record(message)
            delivery.is_resent = True
            self._send_later([delivery], 0)
        else:
            self._record(message, DeliveryStatus.NO_ENDPOINT)

    def deliveries(self, *, handle: str = "", event_type: str = "") -> list[Delivery]:
        """The log, oldest first."""
        with self._changed:
            return [
                delivery
                for delivery in self._log.values()
                if (not handle or handle in delivery.message.handles)
                and event_type in ("", delivery.message.event_type)
            ]

    def wait_until_idle(self, timeout_seconds: float, *, with_retries: bool = False) -> bool:
        """Wait until all has been tried once, or to the end `with_retries`; held ones aside.

        False when the time is up before.
        """
        busy = {DeliveryStatus.SCHEDULED} | ({DeliveryStatus.RETRYING} if with_retries else set())
        with self._changed:
            return self._changed.wait_for(
                lambda: all(d.status not in busy for d in self._log.values()), timeout_seconds
            )

    def clear(self) -> None:
        """Empty the log; what is scheduled belongs to the scheduler."""
        with self._changed:
            self._log.clear()
            self._changed.notify_all()

    # --- inside -----------------------------------------------------------------------------

    def _fault(self, kind: FaultKind, message: Message) -> Fault | None:
        return self._faults.take(kind, handles=message.handles, event_type=message.event_type)

    def _schedule(self, message: Message) -> None:
        late = self._fault(FaultKind.WEBHOOK_LATE, message)
        doubled = self._fault(FaultKind.WEBHOOK_DOUBLED, message)
        copies = doubled.copies if doubled else 1
        batch = [self._record(message) for _ in range(copies)]
        self._send_later(batch, late.seconds if late else 0)

    def _hold_for_reversal(self, message: Message, window_seconds: float) -> None:
        self._record(message, DeliveryStatus.HELD)
        self._scheduler.call_later(window_seconds, self._release_all)

    def _release_all(self) -> None:
        self.release()

    def _record(
        self, message: Message, status: DeliveryStatus = DeliveryStatus.SCHEDULED
    ) -> Delivery:
        with self._changed:
            delivery = Delivery(
                id=f"{self.id_prefix}_{next(self._ids)}", message=message, status=status
            )
            self._log[delivery.id] = delivery
            if len(self._log) > DELIVERIES_MAX:
                del self._log[next(iter(self._log))]
            return delivery

    def _send_later(self, batch: Sequence[Delivery], seconds: float) -> None:
        self._scheduler.call_later(seconds, lambda: self._send_batch(batch))

    def _send_batch(self, batch: Sequence[Delivery]) -> None:
        if len(batch) == 1:
            self._send(batch[0])
            return
        with ThreadPoolExecutor(min(len(batch), PARALLEL_COPIES_MAX)) as pool:
            list(pool.map(self._send, batch))

    def _send(self, delivery: Delivery) -> None:
        message, body = delivery.message, delivery.message.body
        if delivery.is_repeated and self.endpoint.again and not message.headers:
            body = self.endpoint.again(body)
        headers = message.headers or self.endpoint.sign(body, int(time.time()))
        attempt = _post(self.endpoint.url, body.encode(), headers)
        with self._changed:
            delivery.attempts.append(attempt)
            delivery.status = self._status_after(delivery)
            self._changed.notify_all()
        if delivery.status is DeliveryStatus.RETRYING:
            delay = self.endpoint.retry_delays_seconds[len(delivery.attempts) - 1]
            self._send_later([delivery], delay)

    def _status_after(self, delivery: Delivery) -> DeliveryStatus:
        if 200 <= delivery.attempts[-1].status < 300:
            return DeliveryStatus.DELIVERED
        if len(delivery.attempts) <= len(self.endpoint.retry_delays_seconds):
            return DeliveryStatus.RETRYING
        return DeliveryStatus.FAILED


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> Attempt:
    """Redirects are not followed: like Stripe, anything but 2xx is a failure."""
    at, parts = time.time(), urlsplit(url)
    scheme = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = scheme(parts.hostname or "", parts.port, timeout=SEND_TIMEOUT_SECONDS)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path or "/", body, dict(headers))
        return Attempt(at=at, status=connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return Attempt(at=at, status=0, error=f"{type(error).__name__}: {error}")
    finally:
        connection.close()
