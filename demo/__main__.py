"""python -m demo --port 8000: the whole portal on this machine, for a look or for development."""

import argparse
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

from demo.environment import (
    LOOPBACK,
    MAIL_FOLDER,
    PortTakenError,
    beat_schedule,
    demo_environment,
    require_free_port,
    uses_sandbox,
)
from demo.processes import ChildEndedError, Processes, say
from demo.state import only_demo, publish, running_demo
from embedded import EmbeddedError, servers
from embedded.valkey import free_port

WEB_THREADS = 8
ANSWER_SECONDS_MAX = 60


def main() -> int:
    port = _parser().parse_args().port
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        require_free_port(port)
        with only_demo() as alone:
            if not alone:
                return _fail(f"The demo runs already: {running_demo().get('SITE_URL', 'starting')}")
            _run(port)
    except KeyboardInterrupt:
        say("setup", "everything has stopped")
    except (EmbeddedError, PortTakenError, ChildEndedError) as error:
        return _fail(str(error))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="where the portal listens")
    return parser


def _fail(reason: str) -> int:
    print(f"\nThe demo stopped. {reason}", file=sys.stderr)  # noqa: T201
    return 1


def _run(port: int) -> None:
    """Everything in the order in which it is needed. Returns only by an exception."""
    say("setup", "starting PostgreSQL and Valkey")
    sandbox_port = free_port()
    with servers() as found:
        environment = demo_environment(port=port, sandbox_port=sandbox_port, servers=found)
        publish(environment)
        with Processes(environment) as processes:
            if uses_sandbox(environment, sandbox_port):
                processes.start("sandbox", _sandbox_command(environment, port, sandbox_port))
            logins = _prepare_database(processes)
            _start_portal(processes, port)
            _wait_until_it_answers(processes, f"http://{LOOPBACK}:{port}/healthz")
            _welcome(environment, sandbox_port, logins)
            processes.watch()


def _sandbox_command(environment: Mapping[str, str], port: int, sandbox_port: int) -> list[str]:
    return [
        sys.executable, "-m", "sandbox",
        "--port", str(sandbox_port),
        "--webhook-url", f"http://{LOOPBACK}:{port}/webhooks/card/",
        "--webhook-secret", environment["STRIPE_WEBHOOK_SECRETS"].split(",")[0],
        "--secret-key", environment["STRIPE_SECRET_KEY"],
        "--publishable-key", environment["STRIPE_PUBLISHABLE_KEY"],
    ]  # fmt: skip


def _prepare_database(processes: Processes) -> list[str]:
    """Migrates and seeds; returns one line per login."""
    say("setup", "preparing the database")
    processes.run("setup", [sys.executable, "manage.py", "migrate", "--verbosity=0"])
    return processes.run("setup", [sys.executable, "manage.py", "seed_demo"])


def _start_portal(processes: Processes, port: int) -> None:
    gunicorn = [sys.executable, "-m", "gunicorn", "commpeak.wsgi", "--bind", f"{LOOPBACK}:{port}"]
    # a demo may run as root: it has no more to lose than the demo
    as_root = "ignore:You're running the worker with superuser privileges"
    celery = [sys.executable, "-W", as_root, "-m", "celery", "--quiet", "--app", "commpeak"]
    processes.start("web", [*gunicorn, "--threads", str(WEB_THREADS), "--log-level", "warning"])
    processes.start("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "info"])
    processes.start("beat", [*celery, "beat", "--schedule", str(beat_schedule())])


def _wait_until_it_answers(processes: Processes, address: str) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS_MAX
    while time.monotonic() < deadline:
        processes.check()
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    raise ChildEndedError(f"{address} did not answer within {ANSWER_SECONDS_MAX} seconds.")


def _welcome(environment: Mapping[str, str], sandbox_port: int, logins: list[str]) -> None:
    lines = [
        f"The portal      {environment['SITE_URL']}/",
        f"Administration  {environment['SITE_URL']}/admin/",
        *([f"Card sandbox    http://{LOOPBACK}:{sandbox_port}/sandbox/"]
          if uses_sandbox(environment, sandbox_port) else []),
        f"E-mails         in this log and in {MAIL_FOLDER}",
        "",
        *logins,
        "",
        "Test cards: 4242 4242 4242 4242 pays, 4000 0025 0000 3155 asks for 3-D Secure,",
        "4000 0000 0000 0002 is declined. Any future date, any CVC. Ctrl-C stops everything.",
    ]  # fmt: skip
    print("\n".join(_boxed(lines)), flush=True)  # noqa: T201


def _boxed(lines: list[str]) -> list[str]:
    width = max(map(len, lines))
    edge = "─" * (width + 2)
    return [f"┌{edge}┐", *(f"│ {line:<{width}} │" for line in lines), f"└{edge}┘"]


if __name__ == "__main__":
    sys.exit(main())
