"""Waiting for what other processes do: asked again and again, until a deadline."""

import time
from collections.abc import Callable

_PAUSE_SECONDS = 0.05


def wait_until(holds: Callable[[], object], *, within_seconds: float = 60, what: str = "") -> float:
    """The seconds it took until `holds()` was true. Fails when the deadline has passed."""
    started = time.monotonic()
    while not holds():
        passed = time.monotonic() - started
        assert passed < within_seconds, f"{what or holds} not within {within_seconds} seconds"
        time.sleep(_PAUSE_SECONDS)
    return time.monotonic() - started
