"""Automatic refills: how soon after the debit the card is charged, and what finding them costs."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import quantiles

from bench.clients import run_module
from bench.report import Figure
from sandbox.testing import Sandbox, run_sandbox

PATIENCE_SECONDS = 60  # with nothing but the sweep, the promise is that long


def measure(*, environment: Mapping[str, str], rounds: int, seconds: float) -> Iterator[Figure]:
    """One long round: 220 crossings while 1,000 calls a second are posted."""
    with run_sandbox() as sandbox:
        ours = refill_settings(environment, sandbox)
        run_module(ours, "django", "migrate", "--verbosity=0")
        run_module(ours, "bench.client", "refill", "setup")
        with _refill_process(ours):
            _wait_until_quiet(ours)
            posted = json.loads(run_module(ours, "bench.client", "refill", "cross"))
            asked = _wait_for_charges(ours, len(posted["crossed"]))
    waits = sorted(asked[number] - at for number, at in posted["crossed"].items())
    print(
        f"refill: {len(waits)} crossings at {posted['events_per_second']:,.0f} events/s, "
        f"median {waits[len(waits) // 2]:.2f} s, longest {waits[-1]:.2f} s"
    )
    yield Figure(
        name="refill_latency_p99",
        value=quantiles(waits, n=100)[98],
        unit="s",
        ratio=None,
        beside="",
        target="2 s from the debit to the charge request, at 1,000 events/s",
    )
    yield from _lookup(environment)


def _lookup(environment: Mapping[str, str]) -> Iterator[Figure]:
    """In a database of its own: a million customers are of no use to other figures."""
    settings = {"DJANGO_SETTINGS_MODULE": "bench.our_settings", "DEBUG": "True"}
    beside = {**environment, **settings}
    name = run_module(beside, "bench.client", "refill", "create_lookup_database").strip()
    url = f"{environment['DATABASE_URL'].rpartition('/')[0]}/{name}"
    ours = {**beside, "DATABASE_URL": url}
    run_module(ours, "django", "migrate", "--verbosity=0")
    jobs = ("bench.client", "refill_lookup")
    few = float(run_module(ours, *jobs, "look_up_among_10_000"))
    many = float(run_module(ours, *jobs, "look_up_among_1_000_000"))
    print(run_module(ours, *jobs, "plan"), end="")
    yield Figure(
        name="refill_lookup",
        value=many,
        unit="ms",
        ratio=many / few,
        beside="among 10,000",
        target="1 ms for 100 due among 1,000,000, no growth",
    )


def refill_settings(environment: Mapping[str, str], sandbox: Sandbox) -> dict[str, str]:
    return {
        **environment,
        "DJANGO_SETTINGS_MODULE": "bench.our_settings",
        "DEBUG": "True",
        "LOG_LEVEL": "ERROR",
        "STRIPE_API_BASE": sandbox.base_url,
        "STRIPE_SECRET_KEY": sandbox.secret_key,
        "STRIPE_PUBLISHABLE_KEY": sandbox.publishable_key,
        "STRIPE_WEBHOOK_SECRETS": sandbox.webhook_secret,
        "REFILLS_PER_HOUR_MAX": "1000000",
    }


@contextmanager
def _refill_process(environment: Mapping[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "refill"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
    )
    try:
        process.stdout.readline()  # it watches from now on
        yield
    finally:
        process.terminate()
        process.wait()


def _wait_until_quiet(environment: Mapping[str, str]) -> None:
    """All 220 rules were turned on within seconds, and each is looked at once for that."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while int(run_module(environment, "bench.client", "refill", "due_now")):
        if time.monotonic() > deadline:
            raise RuntimeError(f"rules were not looked at within {PATIENCE_SECONDS} s")
        time.sleep(1)


def _wait_for_charges(environment: Mapping[str, str], count: int) -> dict[str, float]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        asked = json.loads(run_module(environment, "bench.client", "refill", "charge_requests"))
        if len(asked) >= count:
            return asked
        time.sleep(1)
    raise RuntimeError(f"{len(asked)} of {count} refills were charged in {PATIENCE_SECONDS} s")
