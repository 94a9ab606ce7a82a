"""The portal's web processes, as the README says to run them."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

WEB_PROCESSES = len(os.sched_getaffinity(0))  # one a core
START_SECONDS_MAX = 30


@contextmanager
def running_web(environment: Mapping[str, str]) -> Iterator[None]:
    """Gunicorn at BENCH_PORT, from its first answer to the end of the block."""
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
