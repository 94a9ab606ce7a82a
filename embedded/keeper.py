"""The process that owns the servers: starts both, waits until nobody uses them, stops both.

Run by lease.py as `python -m embedded.keeper HOME`. It answers one line on standard output,
READY or what went wrong, and ends by itself: when the last user has gone, when one of the
servers has died, or on SIGTERM. If the keeper is killed, the kernel stops the servers.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from embedded.account import server_account
from embedded.binaries import postgres_folder, valkey_program
from embedded.errors import EmbeddedError
from embedded.home import READY, Home
from embedded.locks import exclusive, try_exclusive
from embedded.postgres import Postgres
from embedded.valkey import Valkey

POLL_SECONDS = 0.1


def main() -> None:
    options = _parser().parse_args()
    home = Home(options.home)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with exclusive(home.keeper_lock):
        try:
            with _running(home, durable=not options.not_durable) as (postgres, valkey):
                _write_state(home, postgres, valkey)
                _report(READY)
                _keep(home, postgres, valkey, throw_away=options.throw_away)
        except EmbeddedError as error:
            _report(str(error))
            sys.exit(1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="embedded.keeper")
    parser.add_argument("home", type=Path)
    parser.add_argument("--throw-away", action="store_true")
    parser.add_argument("--not-durable", action="store_true")
    return parser


@contextmanager
def _running(home: Home, *, durable: bool) -> Iterator[tuple[Postgres, Valkey]]:
    account = server_account()
    postgres = Postgres(home.server, postgres_folder(home, account), account, durable=durable)
    valkey = Valkey(home.server, valkey_program(home, account), account)
    try:
        valkey.start()
        postgres.start()
        yield postgres, valkey
    finally:
        home.state.unlink(missing_ok=True)
        valkey.stop()
        postgres.stop()


def _write_state(home: Home, postgres: Postgres, valkey: Valkey) -> None:
    environment = {
        "DATABASE_URL": postgres.url,
        "CELERY_BROKER_URL": f"{valkey.url}/0",
        "CACHE_URL": f"{valkey.url}/1",  # clearing the cache empties its whole database
    }
    descriptor = os.open(home.state, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as state:
        json.dump(environment, state)


def _report(line: str) -> None:
    """Says one line to whoever started us, and closes the line so that they read on."""
    with suppress(BrokenPipeError):  # they were killed meanwhile; the lock will tell
        print(line, flush=True)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def _keep(home: Home, postgres: Postgres, valkey: Valkey, *, throw_away: bool) -> None:
    """Returns when a server has died, or, with the users' lock held meanwhile, after the last
    user has gone and the servers have been stopped."""
    while _alive(postgres) and _alive(valkey):
        with try_exclusive(home.users_lock) as nobody_uses_them:
            if nobody_uses_them:
                valkey.stop()
                postgres.stop()
                if throw_away:
                    shutil.rmtree(home.path, ignore_errors=True)
                return
        time.sleep(POLL_SECONDS)
    print("A server has ended; stopping the other one.", file=sys.stderr)


def _alive(server: Postgres | Valkey) -> bool:
    return server.process is not None and server.process.poll() is None


if __name__ == "__main__":
    main()
