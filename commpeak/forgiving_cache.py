"""The cache holds only the counters of log-in limits, and does without Valkey for a while.

A broker that is down or frozen must not keep customers out: limits pause until it is back, and
that is logged. What must never pause (limits of payments, the lock of the admin) is counted in
PostgreSQL instead.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

T = TypeVar("T")
log = logging.getLogger(__name__)

# A log-in asks about ten times; a frozen Valkey may slow it down by seconds, not by minutes.
WAIT_SECONDS_MAX = 0.2


class ForgivingRedisCache(RedisCache):
    """Answers as an empty cache would when Valkey does not."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        timeouts = {"socket_timeout": WAIT_SECONDS_MAX, "socket_connect_timeout": WAIT_SECONDS_MAX}
        options = timeouts | params.get("OPTIONS", {})
        super().__init__(server, params | {"OPTIONS": options})

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _or_else(
            default, lambda: super(ForgivingRedisCache, self).get(key, default, version)
        )

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        _or_else(None, lambda: super(ForgivingRedisCache, self).set(key, value, *args, **kwargs))

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        return _or_else(
            True, lambda: super(ForgivingRedisCache, self).add(key, value, *args, **kwargs)
        )

    def delete(self, key: Any, version: int | None = None) -> bool:
        return _or_else(False, lambda: super(ForgivingRedisCache, self).delete(key, version))


def _or_else(fallback: T, ask: Callable[[], T]) -> T:
    try:
        return ask()
    except RedisError as error:
        log.warning("Cache does not answer, limits of log-in pause: %s", type(error).__name__)
        return fallback
