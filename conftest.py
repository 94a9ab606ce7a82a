"""What every test shares: a database to test on, no way out to the internet."""

import gc
import importlib
import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from tempfile import TemporaryDirectory

import django
import environ
import pytest
from django.conf import settings
from pytest_socket import socket_allow_hosts

import embedded

PROJECT = environ.Path(__file__) - 1
_servers = ExitStack()
# Every way to pay is offered in every test; one that talks to a gateway has the fixture of it,
# which sets the sandbox's keys and address.
GATEWAY_KEYS = {
    "STRIPE_SECRET_KEY": "sk_test_nobody",
    "STRIPE_PUBLISHABLE_KEY": "pk_test_nobody",
    "STRIPE_WEBHOOK_SECRETS": "whsec_nobody",
    "STRIPE_API_BASE": "http://127.0.0.1:9",  # nobody listens on the port called discard
    "PAYPAL_CLIENT_ID": "nobody",
    "PAYPAL_CLIENT_SECRET": "nobody",
    "PAYPAL_MERCHANT_ID": "NOBODY",
    "PAYPAL_WEBHOOK_ID": "NOBODY",
    "PAYPAL_API_BASE": "http://127.0.0.1:9",
    "BTCPAY_URL": "http://127.0.0.1:9",
    "BTCPAY_API_KEY": "btcpay_nobody",
    "BTCPAY_STORE_ID": "nobody",
    "BTCPAY_WEBHOOK_SECRETS": "btcpay_whsec_nobody",
}
# what `migrate` fills, the same for every test
KEPT_TABLES = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
}

pytest_plugins = ["sandbox.testing"]  # the fixture `sandbox`


def _start_servers() -> None:
    """An empty cluster for this run, unless DATABASE_URL names one.

    Runs when this file is imported, so before the settings read the environment; pytest.ini
    names no settings module for that reason. The workers of pytest-xdist inherit the
    environment, share the cluster, and each get a database of their own from pytest-django.
    """
    if settings.configured and "DATABASE_URL" not in os.environ:
        raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: conftest.py sets it.")
    environ.Env.read_env(PROJECT(".env"))
    os.environ.setdefault("DEBUG", "True")
    if "DATABASE_URL" not in os.environ or "CELERY_BROKER_URL" not in os.environ:
        found = _servers.enter_context(embedded.servers(throw_away=True, durable=False))
        for name, value in found.items():
            os.environ.setdefault(name, value)
    for name, value in GATEWAY_KEYS.items():
        os.environ.setdefault(name, value)
    if "PRIVATE_FILES_ROOT" not in os.environ:  # workers share the folder of the run
        os.environ["PRIVATE_FILES_ROOT"] = _servers.enter_context(TemporaryDirectory())
    os.environ["DJANGO_SETTINGS_MODULE"] = "commpeak.settings"
    django.setup()
    # limits are counted per process, so that workers do not use up each other's; and a real
    # hash takes a third of a second, on purpose: hundreds of tests make a login
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


_start_servers()


def pytest_unconfigure() -> None:
    _servers.close()


@pytest.hookimpl(tryfirst=True)  # before -m and xdist read the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what only `make test-all` runs, and what the processes of `-n 3 --dist loadgroup`
    share out: a module of tests at a time, and all that need a running portal in two lots, so
    that two portals start and not one more for each process. Slow ones come first among those that
    commit, which pytest-django puts behind all others."""
    for item in items:
        if _is_slow(item) and not item.get_closest_marker("heart"):
            item.add_marker(pytest.mark.whole)
        item.add_marker(pytest.mark.xdist_group(_lot_of(item)))
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    items.sort(key=lambda item: (not _lot_of(item).startswith("portal"), -_place_of(item)))


def _is_slow(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("browser", "faults", "demo"))


def _has_portal(item: pytest.Item) -> bool:
    return "portal" in getattr(item, "fixturenames", ())


def _lot_of(item: pytest.Item) -> str:
    if not _has_portal(item):
        return item.nodeid.partition("::")[0]
    return "portal, killed" if item.get_closest_marker("faults") else "portal"


def _place_of(item: pytest.Item) -> int:
    """Of its folder among pytest.ini's testpaths, which go from quick to slow."""
    folders: list[str] = item.config.getini("testpaths")
    return folders.index(item.nodeid.partition("/")[0])


def pytest_collection_finish() -> None:
    """Django, the libraries and every test stay to the end: the collector need not look at them
    again and again, which takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Only this machine: a test that reaches for the internet fails and says so. And no portal
    that another test has left running."""
    from tests.portal import stop_portal  # noqa: PLC0415 - it needs the settings

    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    if not _has_portal(item):
        stop_portal()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Without a browser its tests are skipped, but a verdict of CI without them is worth little."""
    report = yield
    if report.skipped and item.get_closest_marker("browser") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI=true does not allow: {report.longrepr}"
    return report


def _first_rows() -> list[str]:
    """What migrations put into tables: it is there again after they were emptied."""
    first = importlib.import_module("accounts.migrations.0005_terms_guards")
    return [
        "INSERT INTO accounts_termsversion (slug, number, title, text, created_at, published_at)"
        f" VALUES ('{first.FIRST['slug']}', {first.FIRST['number']}, $${first.TITLE}$$,"
        f" $${first.text()}$$, now(), now())"
    ]


@pytest.fixture(scope="session", autouse=True)
def _flush_in_spite_of_ledger_guards() -> Iterator[None]:
    """The ledger's triggers refuse to let its tables be emptied, as Django does after a test that
    commits. A replica's session skips them; only a superuser may be one."""
    from django.core.management.color import Style  # noqa: PLC0415
    from django.db import OperationalError  # noqa: PLC0415
    from django.db.backends.postgresql.operations import DatabaseOperations  # noqa: PLC0415

    flush = DatabaseOperations.execute_sql_flush

    def sql_flush(
        self: DatabaseOperations, style: Style, tables: Iterable[str], **_options: bool
    ) -> list[str]:
        """A TRUNCATE makes each table and index anew, which takes a hundred times as long."""
        return [f'DELETE FROM "{table}"' for table in tables if table not in KEPT_TABLES]

    def flush_as_replica(self: DatabaseOperations, sql_list: Iterable[str]) -> None:
        statements = ["SET LOCAL session_replication_role = replica", *sql_list, *_first_rows()]
        for is_last in (False, False, True):
            try:
                flush(self, ["; ".join(statements)])
            except OperationalError:  # a process of the portal looked just then: deadlock
                if is_last:
                    raise
            else:
                return

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush_as_replica)
        yield
