"""How many webhooks the inbox takes in, over HTTP, with no worker running."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import median

from bench.clients import Clients, run_module
from bench.report import Figure
from embedded.valkey import free_port

CLIENTS = 8
WEB_PROCESSES = len(os.sched_getaffinity(0))  # as the README says: one a core
START_SECONDS_MAX = 30


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
    with _web(ours), Clients("webhooks", count=CLIENTS, environment=ours) as clients:
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


@contextmanager
def _web(environment: Mapping[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "gunicorn", "commpeak.wsgi", "--log-level", "warning"]
    command += ["--bind", f"127.0.0.1:{environment['BENCH_PORT']}", "--threads", "8"]
    command += ["--workers", str(WEB_PROCESSES)]
    web = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        _wait_until_it_answers(f"http://127.0.0.1:{environment['BENCH_PORT']}/healthz")
        yield
    finally:
        web.terminate()
        web.wait()


def _wait_until_it_answers(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"{address} did not answer")
