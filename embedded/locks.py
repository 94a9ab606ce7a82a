"""File locks that the kernel releases when their holder ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Waits for the lock and holds it alone."""
    with _held(path, fcntl.LOCK_EX):
        yield


@contextmanager
def shared(path: Path) -> Iterator[None]:
    """Waits until nobody holds the lock alone, then holds it together with others."""
    with _held(path, fcntl.LOCK_SH):
        yield


@contextmanager
def try_exclusive(path: Path) -> Iterator[bool]:
    """Yields True while holding the lock alone, or False at once when others hold it."""
    with _tried(path, fcntl.LOCK_EX) as held:
        yield held


@contextmanager
def try_shared(path: Path) -> Iterator[bool]:
    """Yields True while sharing the lock, or False at once when somebody holds it alone."""
    with _tried(path, fcntl.LOCK_SH) as held:
        yield held


@contextmanager
def _held(path: Path, operation: int) -> Iterator[None]:
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, operation)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _tried(path: Path, operation: int) -> Iterator[bool]:
    descriptor = _open(path)
    try:
        yield _lock_at_once(descriptor, operation)
    finally:
        os.close(descriptor)


def _lock_at_once(descriptor: int, operation: int) -> bool:
    try:
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
