"""How many webhooks the inbox takes in, over HTTP, with no worker running."""

from collections.abc import Iterator, Mapping
from statistics import median

from bench.clients import Clients, run_module
from bench.report import Figure
from bench.web import running_web
from embedded.valkey import free_port

CLIENTS = 8


def measure(*, environment: Mapping[str, str], rounds: int, seconds: float) -> Iterator[Figure]:
    """Beside a view that only inserts a row, in the same processes, taking turns."""
    ours = {
        **environment,
        "DJANGO_SETTINGS_MODULE": "bench.webhook_settings",
        "DEBUG": "True",
        "LOG_LEVEL": "ERROR",
        "STRIPE_WEBHOOK_SECRETS": "whsec_bench",
        "BENCH_PORT": str(free_port()),
    }
    run_module(ours, "django", "migrate", "--verbosity=0")
    with running_web(ours), Clients("webhooks", count=CLIENTS, environment=ours) as clients:
        measured = [
            (
                clients.rate("post_event", seconds=seconds),
                clients.rate("post_bare", seconds=seconds),
            )
            for _ in range(rounds)
        ]
        latency = float(run_module(ours, "bench.client", "webhooks", "median_milliseconds"))
    yield Figure(
        name="webhooks",
        value=median(stored for stored, _bare in measured),
        unit="webhooks/s",
        ratio=median(stored / bare for stored, bare in measured),
        beside="bare insert",
        target="500 webhooks/s",
    )
    yield Figure(
        name="webhook_latency",
        value=latency,
        unit="ms, median",
        ratio=None,
        beside="",
        target="50 ms with the worker stopped",
    )
