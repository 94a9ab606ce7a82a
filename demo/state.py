"""What other commands may know of a running demo: its environment, while it runs.

The file holds secrets of this one demo and is readable by its owner only. Whether the demo
still runs is told by a lock, which the kernel releases however the demo ends.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from embedded.locks import try_exclusive

PROJECT = Path(__file__).resolve().parent.parent
RUN = Path(os.environ.get("DEMO_FOLDER", PROJECT / ".run"))
LOCK = RUN / "demo.lock"
STATE = RUN / "demo.json"


@contextmanager
def only_demo() -> Iterator[bool]:
    """Yields False when a demo of this checkout runs already; else we are it meanwhile."""
    RUN.mkdir(mode=0o700, parents=True, exist_ok=True)
    with try_exclusive(LOCK) as alone:
        try:
            yield alone
        finally:
            if alone:
                STATE.unlink(missing_ok=True)


def publish(environment: Mapping[str, str]) -> None:
    """Lets `running_demo` find these variables until the demo ends."""
    STATE.unlink(missing_ok=True)
    descriptor = os.open(STATE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as state:
        json.dump(dict(environment), state)


def running_demo() -> Mapping[str, str]:
    """The environment of the running demo; empty when none runs or it is only starting."""
    if not STATE.exists():
        return {}
    with try_exclusive(LOCK) as nobody_runs_it:
        if nobody_runs_it:
            return {}
    try:
        return dict(json.loads(STATE.read_text()))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
