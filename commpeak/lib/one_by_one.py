"""Work on many rows, each by itself: one that cannot be done keeps no other from being done."""

from collections.abc import Callable, Iterable

from commpeak.lib.logs import log


def one_by_one(ids: Iterable[int], work: Callable[[int], object], *, trouble: str) -> int:
    """For how many ids `work` did something, which its answer tells. One that breaks off is
    logged as `trouble`. Each must be a transaction of its own."""
    done = 0
    for row_id in ids:
        try:
            done += bool(work(row_id))
        except Exception as error:
            log.error(trouble, id=row_id, reason=repr(error)[:300])
    return done
