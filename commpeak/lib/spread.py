"""Pauses that differ a little, so that what failed together does not come back together."""

from datetime import timedelta
from zlib import crc32

SPREAD = 0.2  # either way


def spread(pause: timedelta, *, key: str) -> timedelta:
    """`pause` made up to a fifth shorter or longer, in whole milliseconds.

    Decided by `key` and not by chance: the same key always gives the same, and keys that differ
    in one letter lie anywhere in between.
    """
    share = crc32(key.encode()) / 2**32  # from 0 to 1
    seconds = pause.total_seconds() * (1 - SPREAD + 2 * SPREAD * share)
    return timedelta(milliseconds=round(seconds * 1000))
