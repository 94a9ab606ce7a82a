"""Child processes with prefixed logs that start together and stop together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from demo.state import PROJECT
from embedded.process import dies_with_us, stop_process

POLL_SECONDS = 0.2
STOP_PATIENCE_SECONDS = 8
NAME_WIDTH = 7
COLOURS = {"sandbox": 35, "web": 36, "worker": 33, "beat": 34, "setup": 32}


class ChildEndedError(Exception):
    """A process that should run has ended; the message names it and its exit code."""


@dataclass
class Processes:
    """Started in order, stopped in the opposite order. Use as a context manager."""

    environment: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *_: object) -> None:
        for name, process in reversed(self.running.items()):
            say("setup", f"stopping {name}")
            stop_process(process, signal.SIGTERM, patience_seconds=STOP_PATIENCE_SECONDS)

    def start(self, name: str, command: Sequence[str]) -> None:
        """Starts one that is meant to run until the end."""
        process = self._launch(command)
        threading.Thread(target=_print_lines, args=(name, process), daemon=True).start()
        self.running[name] = process

    def run(self, name: str, command: Sequence[str]) -> list[str]:
        """Runs one to its end and returns what it printed. Raises ChildEndedError if it fails."""
        output, _ = (process := self._launch(command)).communicate()
        if process.returncode != 0:
            say(name, output.decode(errors="replace"))
            raise ChildEndedError(f"`{' '.join(command[1:])}` failed; its reason is above.")
        return output.decode(errors="replace").splitlines()

    def check(self) -> None:
        """Raises ChildEndedError when one of them has ended."""
        for name, process in self.running.items():
            code = process.poll()
            if code is not None:
                raise ChildEndedError(f"{name} ended ({_reason(code)}); its last words are above.")

    def watch(self) -> None:
        """Returns never; raises ChildEndedError, or KeyboardInterrupt on Ctrl-C."""
        while True:
            self.check()
            time.sleep(POLL_SECONDS)

    def _launch(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """In a session of its own: Ctrl-C is ours, and we stop them in order."""
        return subprocess.Popen(  # noqa: S603 - our own commands
            command,
            cwd=PROJECT,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dies_with_us(signal.SIGTERM),  # noqa: PLW1509 - it makes one system call
        )


def say(name: str, text: str) -> None:
    """Prints each line of `text` behind the name of who says it."""
    label = f"{name:<{NAME_WIDTH}} | "
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        label = f"\033[{COLOURS.get(name, 37)}m{label}\033[0m"
    for line in text.splitlines():
        print(f"{label}{line}", flush=True)  # noqa: T201


def _print_lines(name: str, process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
    with process.stdout as output:
        for line in output:
            say(name, line.decode(errors="replace").rstrip())


def _reason(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
