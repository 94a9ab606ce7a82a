"""The whole portal as real processes: fixture `portal`.

Web, worker and beat run as in the demo, on the test database of this test process, with a
broker of their own and the sandbox beside them. They are started once and shared; every test
gets empty tables and an empty sandbox, and finds all processes well. Before a test without a
portal they are stopped: a worker would take up what such a test commits to the same database.
"""

import email
import email.policy
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection

from commpeak.lib.clock import utc_now
from demo.commands import beat_command, refill_command, web_command, worker_command
from demo.environment import LOOPBACK, demo_environment
from demo.processes import Processes
from embedded.valkey import Valkey, free_port
from payments.models import WebhookEvent
from sandbox.testing import Sandbox
from tests.servers import own_broker
from tests.waiting import wait_until

# Tests that empty the broker wait for the sweeps, so those come more often than in production.
SWEEP_SECONDS = 2
_started: list["Portal"] = []  # of this test process: none or one
KILLED = -signal.SIGKILL


@dataclass
class Portal:
    """Three processes by name: web, worker, beat. `start` and `stop` one, or `mend` them all.

    `refill` is a fourth, for tests that start (and stop) it: the worker's sweep refills too.
    """

    port: int
    folder: Path
    valkey: Valkey
    sandbox: Sandbox
    processes: Processes
    odd: set[str] = field(default_factory=set)  # started with variables of a test's own

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def webhook_url(self) -> str:
        return f"{self.url}/webhooks/card/"

    def receive_webhooks(self) -> None:
        """From the sandbox, of every gateway."""
        self.sandbox.send_webhooks_to(self.webhook_url)
        self.sandbox.send_webhooks_to(f"{self.url}/webhooks/paypal/", gateway="paypal")
        self.sandbox.send_webhooks_to(f"{self.url}/webhooks/crypto/", gateway="crypto")

    def receive_no_webhooks(self) -> None:
        for gateway in ("card", "paypal", "crypto"):
            self.sandbox.send_webhooks_to("", gateway=gateway)

    # --- processes --------------------------------------------------------------------------

    def start(self, name: str, *options: str, **variables: str) -> None:
        """`variables` are added to this one process's environment."""
        with_variables = ["env", *(f"{key}={value}" for key, value in variables.items())]
        self.processes.start(name, [*with_variables, *self.command(name), *options])
        if options or variables:
            self.odd.add(name)
        if name == "web":
            self.processes.wait_until_it_answers(f"{self.url}/healthz")

    def stop(self, *names: str) -> None:
        for name in names:
            self.processes.stop(name)
            self.odd.discard(name)

    def wait_for_the_end_of(self, name: str, *, within_seconds: float = 60) -> int:
        """The exit code of a process that ends by itself."""
        process = self.processes.running.pop(name)
        self.odd.discard(name)
        return process.wait(within_seconds)

    def mend(self) -> None:
        """Everything runs, and nothing runs with a test's own variables."""
        for name in ("web", "worker", "beat"):
            running = self.processes.running.get(name)
            if running and (name in self.odd or running.poll() is not None):
                self.stop(name)
            if name not in self.processes.running:
                self.start(name)

    def command(self, name: str, schedule: str = "beat-schedule") -> list[str]:
        commands = {
            "web": web_command(self.port),
            "worker": worker_command(log_level="warning"),
            "beat": beat_command(self.folder / schedule),
            "refill": refill_command(),
        }
        return commands[name]

    # --- broker and mail --------------------------------------------------------------------

    def empty_the_broker(self) -> None:
        redis.Redis.from_url(self.valkey.url).flushall()

    @contextmanager
    def frozen_broker(self) -> Iterator[None]:
        """It keeps its connections and answers nothing."""
        assert self.valkey.process is not None
        self.valkey.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.valkey.process.send_signal(signal.SIGCONT)

    @contextmanager
    def stopped_broker(self) -> Iterator[None]:
        """It is gone with all it held, and comes back on the same port."""
        self.valkey.stop()
        try:
            yield
        finally:
            self.valkey.start()

    def mail_to(self, address: str) -> str:
        """The text of the newest message to `address`, "" while there is none."""
        for path in sorted((self.folder / "mail").glob("*.eml"), reverse=True):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if address in (message["To"] or ""):
                body = message.get_body(("plain",))
                assert body is not None
                return str(body.get_content())
        return ""

    def forget_mails(self) -> None:
        for path in (self.folder / "mail").glob("*.eml"):
            path.unlink()


def database_url_of_tests() -> str:
    """DATABASE_URL of this test process's database, which pytest-django has made."""
    url = urlsplit(os.environ["DATABASE_URL"])
    folder, _slash, _name = url.path.rpartition("/")
    return url._replace(path=f"{folder}/{connection.settings_dict['NAME']}").geturl()


def portal_environment(
    *, port: int, folder: Path, sandbox: Sandbox, database_url: str, broker: Valkey
) -> dict[str, str]:
    """As the demo's, with the sandbox's keys; sessions made here are good there."""
    sandbox_port = urlsplit(sandbox.base_url).port or 0
    return demo_environment(port=port, sandbox_port=sandbox_port, servers={}) | {
        "DATABASE_URL": database_url,
        "CELERY_BROKER_URL": f"{broker.url}/0",
        "CACHE_URL": f"{broker.url}/1",
        "SECRET_KEY": django_settings.SECRET_KEY,
        "SITE_URL": f"http://{LOOPBACK}:{port}",
        "STRIPE_SECRET_KEY": sandbox.secret_key,
        "STRIPE_PUBLISHABLE_KEY": sandbox.publishable_key,
        "STRIPE_WEBHOOK_SECRETS": sandbox.webhook_secret,
        "STRIPE_API_BASE": sandbox.base_url,
        "STRIPE_JS_URL": f"{sandbox.base_url}/stripe.js",
        "PAYPAL_CLIENT_ID": sandbox.paypal_client_id,
        "PAYPAL_CLIENT_SECRET": sandbox.paypal_client_secret,
        "PAYPAL_MERCHANT_ID": sandbox.paypal_merchant_id,
        "PAYPAL_WEBHOOK_ID": sandbox.paypal_webhook_id,
        "PAYPAL_API_BASE": sandbox.paypal_url,
        "BTCPAY_URL": sandbox.btcpay_url,
        "BTCPAY_API_KEY": sandbox.btcpay_api_key,
        "BTCPAY_STORE_ID": sandbox.btcpay_store_id,
        "BTCPAY_WEBHOOK_SECRETS": sandbox.btcpay_webhook_secret,
        "EMAIL_BACKEND": "demo.mail.OutboxBackend",
        "EMAIL_FILE_PATH": os.fspath(folder / "mail"),
        "SWEEP_SECONDS": str(SWEEP_SECONDS),
        "WORK_BY_THE_CLOCK": "False",  # else the tests that run at 03:10 have rows of the night's
    }


@pytest.fixture(scope="session")
def portal_processes(
    django_db_setup: None, sandbox_process: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    folder, port = tmp_path_factory.mktemp("portal"), free_port()
    with own_broker() as broker:
        environment = portal_environment(
            port=port,
            folder=folder,
            sandbox=sandbox_process,
            database_url=database_url_of_tests(),
            broker=broker,
        )
        with Processes(environment) as processes:
            portal = Portal(port, folder, broker, sandbox_process, processes)
            _started.append(portal)
            portal.mend()
            yield portal
            _started.clear()


def stop_portal() -> None:
    """Nothing of it runs any more in this test process; the next test of it starts it again."""
    for portal in _started:
        portal.stop(*reversed(portal.processes.running))


@pytest.fixture
def portal(transactional_db: None, portal_processes: Portal, sandbox: Sandbox) -> Iterator[Portal]:
    """All processes, well, and nothing of earlier tests on its way."""
    portal_processes.mend()
    portal_processes.forget_mails()
    portal_processes.receive_webhooks()
    yield portal_processes
    sandbox.wait_for_webhooks(60)
    portal_processes.receive_no_webhooks()
    wait_until(_nobody_is_writing, within_seconds=60, what="the portal came to rest")


def _nobody_is_writing() -> bool:
    """The tables are emptied next; a transaction that is under way would deadlock with that."""
    if WebhookEvent.objects.filter(due_at__lte=utc_now()).exists():
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'"
        )
        return bool(cursor.fetchone() == (0,))
