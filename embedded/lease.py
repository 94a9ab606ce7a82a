"""Using the servers: they live as long as anyone uses them, and end with the last user.

Every user holds a shared lock on `users.lock`. The first one starts a keeper (keeper.py), a
process of its own that starts the servers, waits for the lock to become free and then stops
them. The kernel releases a lock when its holder ends, also by kill -9, so nothing is ever
left running, and any number of processes can share one pair of servers.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from embedded.account import server_account
from embedded.errors import EmbeddedError
from embedded.home import PROJECT, READY, Home, kept_home, throw_away_home, throw_away_homes
from embedded.locks import exclusive, shared, try_exclusive, try_shared

# a home this young may not have taken its locks yet
ABANDONED_AFTER_SECONDS = 60


@contextmanager
def servers(*, throw_away: bool = False, durable: bool = True) -> Iterator[Mapping[str, str]]:
    """Yields DATABASE_URL, CELERY_BROKER_URL and CACHE_URL of running servers.

    The books are kept between starts and shared by all processes of this checkout and user,
    unless `throw_away`: then the cluster is new, ours alone, and deleted at the end. Without
    `durable` the cluster skips fsync: faster, for tests only.

    Raises EmbeddedError, with a text for people, when the servers cannot be started.
    """
    if throw_away:
        _delete_abandoned_homes()
    home = throw_away_home() if throw_away else kept_home()
    home.prepare(server_account())
    with ExitStack() as use:
        with exclusive(home.start_lock):
            use.enter_context(shared(home.users_lock))  # waits for a keeper that is stopping
            keeper = _start_keeper(home, throw_away=throw_away, durable=durable)
            environment = json.loads(home.state.read_text())
        try:
            yield environment
        finally:
            _leave(home, use, keeper)


def _start_keeper(home: Home, *, throw_away: bool, durable: bool) -> subprocess.Popen[str] | None:
    """Starts the keeper and waits for its servers; None when another process has done so."""
    with try_exclusive(home.keeper_lock) as nobody_keeps:
        if not nobody_keeps:
            return None
    options = [*(["--throw-away"] if throw_away else []), *([] if durable else ["--not-durable"])]
    with home.keeper_log.open("w") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "embedded.keeper", home.path, *options],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,  # Ctrl-C is for the user's programs; the keeper follows them
        )
    assert keeper.stdout is not None
    with keeper.stdout as report:
        answer = report.read()
    if answer.strip() != READY:
        keeper.wait()
        raise EmbeddedError(answer.strip() or f"The keeper ended; see {home.keeper_log}")
    return keeper


def _leave(home: Home, use: ExitStack, keeper: subprocess.Popen[str] | None) -> None:
    """Ends our use. The last one waits until the servers are down, so that "stopped" is true."""
    with exclusive(home.start_lock):
        use.close()
        if _is_used(home):
            return
        if keeper:
            keeper.wait()
        else:
            with exclusive(home.keeper_lock):
                pass


def _is_used(home: Home) -> bool:
    """True when others share the lock; a keeper that is stopping holds it alone."""
    with try_exclusive(home.users_lock) as free:
        if free:
            return False
    with try_shared(home.users_lock) as others_use_it:
        return others_use_it


def _delete_abandoned_homes() -> None:
    """Removes throw-away clusters whose keeper was killed before it could."""
    for home in throw_away_homes():
        if time.time() - home.path.stat().st_mtime < ABANDONED_AFTER_SECONDS:
            continue
        with try_exclusive(home.users_lock) as unused, try_exclusive(home.keeper_lock) as unkept:
            if unused and unkept:
                shutil.rmtree(home.path, ignore_errors=True)
