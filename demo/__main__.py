"""python -m demo --port 8000: the whole portal on this machine, for a look or for development."""

import argparse
import signal
import sys
from collections.abc import Mapping

from demo.commands import (
    beat_command,
    manage_command,
    refill_command,
    sandbox_command,
    switch_command,
    web_command,
    worker_command,
)
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


def main() -> int:
    port = _parser().parse_args().port
    # Said again because a shell that starts us in the background has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
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
                processes.start("sandbox", sandbox_command(environment, port, sandbox_port))
            processes.start("web", web_command(port))  # it loads while the database is prepared
            has_sandbox = uses_sandbox(environment, sandbox_port)
            sandbox_url = f"http://{LOOPBACK}:{sandbox_port}" if has_sandbox else ""
            logins = _prepare_database(processes, sandbox_url)
            processes.wait_until_it_answers(f"http://{LOOPBACK}:{port}/healthz")
            processes.start("worker", worker_command())
            processes.start("beat", beat_command(beat_schedule()))
            processes.start("switch", switch_command(port))
            processes.start("refill", refill_command())
            _welcome(environment, sandbox_port, logins)
            processes.watch()


def _prepare_database(processes: Processes, sandbox_url: str) -> list[str]:
    """Migrates and seeds; returns one line per login. A sandbox begins with an empty memory."""
    say("setup", "preparing the database")
    processes.run("setup", manage_command("migrate", "--verbosity=0"))
    options: list[str] = []
    if sandbox_url:
        processes.wait_until_it_answers(f"{sandbox_url}/healthz")
        options = ["--forget-cards", "--bank-url", sandbox_url]
    return processes.run("setup", manage_command("seed_demo", *options))


def _welcome(environment: Mapping[str, str], sandbox_port: int, logins: list[str]) -> None:
    lines = [
        f"The portal      {environment['SITE_URL']}/",
        f"Administration  {environment['SITE_URL']}/admin/",
        *([f"Gateway sandbox http://{LOOPBACK}:{sandbox_port}/sandbox/"]
          if uses_sandbox(environment, sandbox_port) else []),
        *([f"E-mails         http://{LOOPBACK}:{sandbox_port}/sandbox/mail/"]
          if uses_sandbox(environment, sandbox_port) else []),
        *([f"Bank            http://{LOOPBACK}:{sandbox_port}/sandbox/bank/"]
          if uses_sandbox(environment, sandbox_port) else []),
        f"E-mail files    {MAIL_FOLDER}",
        "",
        *logins,
        "",
        "Test cards: 4242 4242 4242 4242 pays, 4000 0025 0000 3155 asks for 3-D Secure,",
        "4000 0000 0000 0002 is declined. Any future date, any CVC.",
        "PayPal: pay as your login's address; for another one a code is mailed to it first.",
        "Wires: download the bank's statement, then upload it in the administration.",
        "Crypto: agree to the terms, pay on BTCPay's page, and mine the confirmations there.",
        "",
        "Ctrl-C stops everything.",
    ]  # fmt: skip
    print("\n".join(_boxed(lines)), flush=True)  # noqa: T201


def _boxed(lines: list[str]) -> list[str]:
    width = max(map(len, lines))
    edge = "─" * (width + 2)
    return [f"┌{edge}┐", *(f"│ {line:<{width}} │" for line in lines), f"└{edge}┘"]


if __name__ == "__main__":
    sys.exit(main())
