"""PostgreSQL goes away and comes back. A cluster of this test's own, so that others run on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from demo.commands import manage_command, web_command
from demo.environment import LOOPBACK
from demo.processes import Processes
from embedded.postgres import Postgres
from embedded.valkey import free_port
from sandbox.testing import Sandbox
from tests.portal import portal_environment
from tests.servers import own_broker, own_postgres

pytestmark = pytest.mark.faults


@contextmanager
def web_on(postgres: Postgres, sandbox: Sandbox, folder: Path) -> Iterator[str]:
    """A migrated web process alone; its address."""
    port = free_port()
    with own_broker() as broker:
        environment = portal_environment(
            port=port, folder=folder, sandbox=sandbox, database_url=postgres.url, broker=broker
        )
        with Processes(environment) as processes:
            processes.run("setup", manage_command("migrate", "--verbosity=0"))
            processes.start("web", web_command(port))
            processes.wait_until_it_answers(f"http://{LOOPBACK}:{port}/healthz")
            yield f"http://{LOOPBACK}:{port}"


def webhook_status(sandbox: Sandbox) -> int:
    """How a webhook that just came is answered."""
    event = sandbox.send_webhook("genuine")
    sandbox.wait_for_webhooks()
    [sent] = [one for one in sandbox.deliveries() if one["event_id"] == event["id"]]
    return int(sent["attempts"][-1]["status"])


def test_a_webhook_is_never_accepted_while_it_cannot_be_stored(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """A10, A11: 503 while the database is away, so that the gateway tries again; then 200."""
    with own_postgres() as postgres, web_on(postgres, sandbox, tmp_path) as url:
        sandbox.send_webhooks_to(f"{url}/webhooks/card/")
        assert webhook_status(sandbox) == 200

        postgres.stop()
        assert webhook_status(sandbox) == 503
        assert requests.get(f"{url}/readyz", timeout=30).status_code == 503
        assert requests.get(f"{url}/healthz", timeout=30).status_code == 200

        postgres.start()
        assert webhook_status(sandbox) == 200
        assert requests.get(f"{url}/readyz", timeout=30).status_code == 200
        sandbox.send_webhooks_to("")
