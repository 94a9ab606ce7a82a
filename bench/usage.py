"""How much usage switches can report, over HTTP, with every guarantee on."""

from collections.abc import Iterator, Mapping
from statistics import median

from bench.clients import Clients, run_module
from bench.report import Figure
from bench.web import running_web
from embedded.valkey import free_port

CLIENTS = 4  # switches; each waits for an answer before it sends the next batch


def measure(*, environment: Mapping[str, str], rounds: int, seconds: float) -> Iterator[Figure]:
    """Beside the ledger's batch of the same size, called in the clients' own processes: no
    HTTP, no token, nothing read or checked, no promo credit, no look for replays."""
    ours = {
        **environment,
        "DJANGO_SETTINGS_MODULE": "bench.webhook_settings",
        "DEBUG": "True",
        "LOG_LEVEL": "ERROR",
        "STRIPE_WEBHOOK_SECRETS": "whsec_bench",
        "BENCH_PORT": str(free_port()),
    }
    run_module(ours, "django", "migrate", "--verbosity=0")
    ours["BENCH_TOKEN"] = run_module(ours, "bench.client", "usage", "setup").strip()
    with running_web(ours), Clients("usage", count=CLIENTS, environment=ours) as clients:
        measured = [
            (
                clients.rate("report", seconds=seconds),
                clients.rate("post_bare_batch", seconds=seconds),
            )
            for _ in range(rounds)
        ]
    yield Figure(
        name="usage_api",
        value=median(reported for reported, _bare in measured),
        unit="events/s",
        ratio=median(reported / bare for reported, bare in measured),
        beside="bare SQL batch",
        target="8,000 events/s",
    )
