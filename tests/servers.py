"""A broker and a database of one's own, for tests that empty, freeze or stop them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from embedded.account import server_account
from embedded.binaries import postgres_folder, valkey_program
from embedded.home import Home, throw_away_home
from embedded.locks import shared
from embedded.postgres import Postgres
from embedded.valkey import Valkey


@contextmanager
def own_broker() -> Iterator[Valkey]:
    with _own_home() as home:
        account = server_account()
        valkey = Valkey(home.server, valkey_program(home, account), account)
        valkey.start()
        try:
            yield valkey
        finally:
            valkey.stop()


@contextmanager
def own_postgres() -> Iterator[Postgres]:
    with _own_home() as home:
        account = server_account()
        programs = postgres_folder(home, account)
        postgres = Postgres(home.server, programs, account, durable=False)
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop()


@contextmanager
def _own_home() -> Iterator[Home]:
    """A private folder that counts as used, so that nobody tidies it away."""
    home = throw_away_home()
    home.prepare(server_account())
    with shared(home.users_lock):
        try:
            yield home
        finally:
            shutil.rmtree(home.path, ignore_errors=True)
