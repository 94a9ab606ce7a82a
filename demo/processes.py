"""Child processes with prefixed logs that start together and stop together."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from demo.state import PROJECT
from embedded.process import dies_with_us, stop_process

POLL_SECONDS = 0.2
STOP_PATIENCE_SECONDS = 8
ANSWER_SECONDS_MAX = 60
NAME_WIDTH = 7
COLOURS = {
    "sandbox": 35,
    "web": 36,
    "worker": 33,
    "beat": 34,
    "refill": 31,
    "setup": 32,
    "switch": 94,
}


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
        for name in reversed(list(self.running)):
            say("setup", f"stopping {name}")
            self.stop(name)

    def start(self, name: str, command: Sequence[str]) -> None:
        """Starts one that is meant to run until the end."""
        process = self._launch(command)
        threading.Thread(target=_print_lines, args=(name, process), daemon=True).start()
        self.running[name] = process

    def stop(self, name: str) -> None:
        """Asks one to end, and kills it when it does not; one that has ended already is fine."""
        process = self.running.pop(name)
        stop_process(process, signal.SIGTERM, patience_seconds=STOP_PATIENCE_SECONDS)

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

    def wait_until_it_answers(self, address: str) -> None:
        """Returns once `address` answers; raises ChildEndedError when it never will."""
        deadline = time.monotonic() + ANSWER_SECONDS_MAX
        while time.monotonic() < deadline:
            self.check()
            try:
                with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
                    return
            except OSError:  # nobody listens yet, or not for long: URLError is one as well
                time.sleep(0.1)
        raise ChildEndedError(f"{address} did not answer within {ANSWER_SECONDS_MAX} seconds.")

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
