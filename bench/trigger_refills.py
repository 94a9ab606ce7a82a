"""python -m bench.trigger_refills [--workers 20] [--triggers 1000]: the daily maximum holds.

That many processes ask for a refill of one and the same balance, each that often, while calls
keep it under its threshold. The card is charged exactly as often as the rule's daily maximum
says (M2), and verify_ledger finds nothing. Exits with 1 when something is wrong.
"""

import argparse
import json
import subprocess
import sys

import embedded
from bench.clients import run_module
from bench.kill_refills import books_prove, start
from bench.refill import refill_settings
from sandbox.testing import run_sandbox

PER_DAY_MAX = 3  # of the rule that bench.jobs.refill sets up


def main() -> int:
    options = _read_options()
    with embedded.servers(throw_away=True, durable=True) as servers, run_sandbox() as sandbox:
        environment = refill_settings(servers, sandbox) | {
            "BENCH_CROSSINGS": "1",
            "BENCH_TRIGGERS": str(options.triggers),
            "REFILLS_PER_CUSTOMER_PER_HOUR_MAX": "1000000",
        }
        run_module(environment, "django", "migrate", "--verbosity=0")
        run_module(environment, "bench.client", "refill", "setup")
        hammer = [sys.executable, "-m", "bench.client", "refill", "hammer"]
        workers: list[subprocess.Popen[bytes]] = [
            start(hammer, environment | ({"BENCH_SPENDS": "1"} if number == 0 else {}))
            for number in range(options.workers)
        ]
        failed = sum(worker.wait() != 0 for worker in workers)
        charges = sum(payment["charge_count"] for payment in sandbox.payments())
        states = json.loads(run_module(environment, "bench.client", "refill", "attempt_states"))
        proven = books_prove(environment)
    print(
        f"{options.workers} × {options.triggers} triggers, {failed} workers failed: "
        f"{charges} charges, slots {states}, the books {'prove' if proven else 'DO NOT PROVE'}"
    )
    return 0 if (failed, charges, states, proven) == (0, PER_DAY_MAX, {"done": 3}, True) else 1


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.trigger_refills")
    parser.add_argument("--workers", type=int, default=20)
    parser.add_argument("--triggers", type=int, default=1000)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
