"""python -m bench.kill_refills [--refills 1000] [--kills 50]: kill -9 while refills run.

Three refill processes, a Celery worker with its children, one child alone (A4) or all of them at
once (A3) are killed at random, and started again, while that many balances fall under their
thresholds. In the end each was charged once, none was lost, and verify_ledger finds nothing.
Prints what it found; exits with 1 when something is wrong.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import embedded
from bench.clients import run_module
from bench.refill import refill_settings
from demo.commands import beat_command, refill_command, worker_command
from sandbox.testing import Sandbox, run_sandbox

REFILL_PROCESSES = 3
PATIENCE_SECONDS = 300


def main() -> int:
    options = _read_options()
    with embedded.servers(throw_away=True, durable=True) as servers, run_sandbox() as sandbox:
        environment = refill_settings(servers, sandbox) | {
            "BENCH_CROSSINGS": str(options.refills),
            "SWEEP_SECONDS": "2",
        }
        run_module(environment, "django", "migrate", "--verbosity=0")
        run_module(environment, "bench.client", "refill", "setup")
        print(f"{options.refills} rules are on", flush=True)
        _run(environment, options.kills)
        return _verdict(environment, sandbox, options.refills)


def _run(environment: dict[str, str], kills: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        commands = [refill_command() for _ in range(REFILL_PROCESSES)]
        commands += [worker_command(log_level="error"), beat_command(Path(folder) / "beat")]
        running = [start(command, environment) for command in commands]
        falling = start([sys.executable, "-m", "bench.client", "refill", "fall"], environment)
        try:
            for _ in range(kills):
                time.sleep(random.uniform(0.05, 1.0))
                for victim in _victims(running):
                    os.killpg(running[victim].pid, signal.SIGKILL)
                    running[victim].wait()
                    running[victim] = start(commands[victim], environment)
            falling.wait()
            _wait_until_settled(environment)
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait()


def _victims(running: list[subprocess.Popen[bytes]]) -> list[int]:
    """Which are to die now, by index; none when a child of the worker just did, whose parent has
    to get over that. Never beat, the last one, which only sends messages."""
    worker = len(running) - 2
    fate = random.choice(["one", "one", "all", "child"])
    if fate == "all":
        return list(range(worker + 1))
    if fate == "child" and (children := _children_of(running[worker].pid)):
        os.kill(random.choice(children), signal.SIGKILL)
        return []
    return [random.randrange(worker + 1)]


def _children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env={**os.environ, **environment}, start_new_session=True)


def _wait_until_settled(environment: dict[str, str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        left = int(run_module(environment, "bench.client", "refill", "left_to_refill"))
        if left == 0:
            return
        time.sleep(2)
    print(f"{left} refills did not end in {PATIENCE_SECONDS} s")


def _verdict(environment: dict[str, str], sandbox: Sandbox, refills: int) -> int:
    charges = Counter(
        payment["metadata"]["account_number"]
        for payment in sandbox.payments()
        for _ in range(payment["charge_count"])
    )
    states = json.loads(run_module(environment, "bench.client", "refill", "attempt_states"))
    proven = books_prove(environment)
    twice = sum(1 for count in charges.values() if count > 1)
    print(
        f"{len(charges)} of {refills} charged, {twice} of them twice, slots {states}, "
        f"the books {'prove' if proven else 'DO NOT PROVE'}"
    )
    good = (refills, 0, {"done": refills}, True)
    return 0 if (len(charges), twice, states, proven) == good else 1


def books_prove(environment: dict[str, str]) -> bool:
    verify = [sys.executable, "manage.py", "verify_ledger"]
    return subprocess.run(verify, check=False, env={**os.environ, **environment}).returncode == 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.kill_refills")
    parser.add_argument("--refills", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
