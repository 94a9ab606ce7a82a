"""Idempotency keys: the first answer is kept and given again, also when it was an error.

https://docs.stripe.com/api/idempotent_requests
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from sandbox.stripe_api.errors import Json, StripeError, invalid_request, with_doc_url

KEY_LENGTH_MAX = 255
KEPT_SECONDS = 24 * 3600
KEYS_MAX = 100_000


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes back over the wire."""

    status: int
    body: Json
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class _Record:
    path: str
    params: Json
    at: float
    answer: Answer | None = None


class IdempotencyKeys:
    """Every key seen, with what it was used for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: dict[str, _Record] = {}

    def begin(self, key: str, path: str, params: Json) -> Answer | None:
        """Claim a key for this request, or give back the answer it already has.

        Raises StripeError: 400 idempotency_error for another request under the same key, 409
        idempotency_key_in_use while the first one is still running.
        """
        if len(key) > KEY_LENGTH_MAX:
            raise invalid_request(f"Idempotency key too long: the most is {KEY_LENGTH_MAX}.")
        with self._lock:
            record = self._records.get(key)
            if record is None or record.at < time.time() - KEPT_SECONDS:
                self._claim(key, path, params)
                return None
            _refuse_another_request(key, record, path, params)
            if record.answer is None:
                raise _in_use(key)
            return record.answer

    def finish(self, key: str, answer: Answer) -> None:
        """Keep the answer."""
        with self._lock:
            if key in self._records:
                self._records[key].answer = answer

    def abandon(self, key: str) -> None:
        """Nothing was done: the key is free again."""
        with self._lock:
            self._records.pop(key, None)

    def clear(self) -> None:
        """Forget all keys."""
        with self._lock:
            self._records.clear()

    def _claim(self, key: str, path: str, params: Json) -> None:
        if len(self._records) >= KEYS_MAX:
            del self._records[next(iter(self._records))]
        self._records[key] = _Record(path=path, params=params, at=time.time())


def _refuse_another_request(key: str, record: _Record, path: str, params: Json) -> None:
    if record.path != path:
        words = f"for the same endpoint they were first used for ('{path}' vs '{record.path}')"
    elif record.params != params:
        words = "with the same parameters they were first used with"
    else:
        return
    message = (
        f"Keys for idempotent requests can only be used {words}. Try using a key other than "
        f"'{key}' if you meant to execute a different request."
    )
    raise StripeError(400, {"type": "idempotency_error", "message": message})


def _in_use(key: str) -> StripeError:
    error = {
        "type": "invalid_request_error",
        "code": "idempotency_key_in_use",
        "message": "There is currently another in-progress request using this Idempotent Key "
        "(that probably means you submitted twice, and the other request is still going "
        f"through): {key}. Please try again later.",
    }
    return StripeError(409, with_doc_url(error))
