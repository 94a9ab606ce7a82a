"""Starting a server so that it cannot outlive us, and stopping it so that it ends cleanly."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from embedded.account import Account

PR_SET_PDEATHSIG = 1
# a server needs none of our environment, and must not see our secrets
CLEAN_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def start_server(
    command: Sequence[str | Path],
    *,
    account: Account,
    folder: Path,
    log: IO[bytes],
    death_signal: signal.Signals,
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Starts `command` as `account` in `folder`, writing to `log`.

    On Linux the kernel sends it `death_signal` when the thread that called this ends, however
    it ends. Elsewhere the next start finds the survivor and stops it.
    """
    return subprocess.Popen(
        [os.fspath(part) for part in command],
        cwd=folder,
        env=CLEAN_ENVIRONMENT,
        stdin=stdin,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=dies_with_us(death_signal),  # noqa: PLW1509 - the keeper has one thread
        **account.popen_arguments(),
    )


def run_tool(
    command: Sequence[str | Path],
    *,
    account: Account,
    folder: Path,
    stdin: str = "",
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Runs a short command as `account`. Raises PermissionError when it may not execute it."""
    return subprocess.run(
        [os.fspath(part) for part in command],
        cwd=folder,
        env=CLEAN_ENVIRONMENT if environment is None else dict(environment),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **account.popen_arguments(),
    )


def stop_process(
    process: subprocess.Popen[bytes],
    *signals: signal.Signals,
    patience_seconds: float = 10,
) -> None:
    """Sends `signals` one after the other until the process has ended; the last resort is KILL."""
    for wanted in (*signals, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(wanted)
        try:
            process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            continue


def dies_with_us(death_signal: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn`: on Linux the child gets `death_signal` when the calling thread ends.

    It runs after the child changed its user (which would clear the request) and before the
    program starts. None elsewhere.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent_pid = os.getpid()

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent_pid:  # the parent ended before the request was made
            os._exit(1)

    return ask_kernel
