"""Client processes that do a job over and over and say how often."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from types import TracebackType

START_DELAY_SECONDS = 0.1  # all have read their orders by then


class Clients:
    """`count` processes that have imported `jobs` (a module of bench.jobs) and wait for orders.

    They stay for all rounds, so nothing but the job itself is measured; idle ones cost nothing.
    """

    def __init__(self, jobs: str, *, count: int, environment: Mapping[str, str]) -> None:
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", "bench.client", jobs],
                env={**os.environ, **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(count)
        ]

    def __enter__(self) -> "Clients":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._processes:
            process.stdin.close()
        for process in self._processes:
            process.wait()

    def rate(self, job: str, *, seconds: float, count: int | None = None) -> float:
        """How much the first `count` clients (all by default) got done together, per second."""
        order = f"{job} {time.time() + START_DELAY_SECONDS} {seconds}\n"
        processes = self._processes[:count]
        for process in processes:
            process.stdin.write(order)
            process.stdin.flush()
        return sum(self._answer(process) for process in processes)

    def _answer(self, process: subprocess.Popen[str]) -> float:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("a client process has ended; its error is above")
        return float(line)


def run_module(environment: Mapping[str, str], *module: str) -> str:
    """Runs `python -m …` to its end; what it printed."""
    return subprocess.run(
        [sys.executable, "-m", *module],
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
