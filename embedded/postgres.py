"""One PostgreSQL cluster on a unix socket. Its Python wrapper is not used: run as root, it adds
a system user and opens every parent folder; we call initdb and postgres ourselves."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

from embedded.account import Account
from embedded.errors import EmbeddedError
from embedded.process import run_tool, start_server, stop_process

DATABASE = "commpeak"
SUPERUSER = "postgres"
START_SECONDS_MAX = 60
POLL_SECONDS = 0.02
LOG_TAIL_LINES = 15
READY_LINE = 7  # of postmaster.pid, counted from 0
INITDB_OPTIONS = [
    "--no-sync",
    "--no-instructions",
    "--auth=trust",  # the socket's folder lets nobody else in
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",  # the same order of letters on every machine
    "--builtin-locale=C.UTF-8",
]
# A crash of the machine may break a cluster that runs like this: only for ones thrown away. And
# a vacuum that finds tables between two tests tells the planner that they are empty: a test that
# fills them in one transaction then waits minutes for plans made for no rows. Tests that race
# take fifty connections each, in several processes at a time.
NOT_DURABLE = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_connections=300",
]


@dataclass
class Postgres:
    """A cluster in `folder`/data with its socket in `folder`; `programs` has bin/ and lib/."""

    folder: Path
    programs: Path
    account: Account
    durable: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The address in the form that django-environ reads for a socket."""
        return f"postgres://{SUPERUSER}@/{quote(os.fspath(self.folder))}/{DATABASE}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def start(self) -> None:
        """Creates the cluster if there is none, starts it, returns once it accepts connections."""
        if not self.data.exists():
            self._create()
        self._end_survivor()
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._try_start(deadline):
            time.sleep(0.2)

    def stop(self) -> None:
        """Ends open connections and stops; without durability it stops without writing."""
        if self.process:
            first = signal.SIGINT if self.durable else signal.SIGQUIT
            stop_process(self.process, first, signal.SIGQUIT)

    def _create(self) -> None:
        """initdb and our database in a folder beside, then a rename: no half-made cluster."""
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._tool("initdb", "-D", unfinished, "-U", SUPERUSER, *INITDB_OPTIONS)
        self._tool(
            "postgres", "--single", "-F", "-D", unfinished, "template1",
            stdin=f"CREATE DATABASE {DATABASE}\n",
        )  # fmt: skip
        unfinished.rename(self.data)

    def _tool(self, name: str, *arguments: str | Path, stdin: str = "") -> None:
        command = [self.programs / "bin" / name, *arguments]
        answer = run_tool(command, account=self.account, folder=self.folder, stdin=stdin)
        if answer.returncode != 0:
            raise EmbeddedError(f"{name} failed: {answer.stderr.strip() or answer.stdout.strip()}")

    def _try_start(self, deadline: float) -> bool:
        """False when processes of a killed predecessor still hold its shared memory."""
        with self.log.open("wb") as log:
            self.process = self._launch(log)
        while time.monotonic() < deadline:
            if self._is_ready():
                return True
            if self.process.poll() is not None:
                if "is still in use" in self._log_tail():
                    return False
                raise EmbeddedError(f"PostgreSQL did not start:\n{self._log_tail()}")
            time.sleep(POLL_SECONDS)
        self.stop()
        raise EmbeddedError(f"PostgreSQL was not ready in time:\n{self._log_tail()}")

    def _launch(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        settings = [
            "listen_addresses=",
            f'unix_socket_directories="{self.folder}"',
            "unix_socket_permissions=0700",
            "timezone=UTC",
            *([] if self.durable else NOT_DURABLE),
        ]
        options = [part for setting in settings for part in ("-c", setting)]
        return start_server(
            [self.programs / "bin" / "postgres", "-D", self.data, *options],
            account=self.account,
            folder=self.folder,
            log=log,
            death_signal=signal.SIGINT,
        )

    def _is_ready(self) -> bool:
        """The postmaster writes its own state into postmaster.pid, as pg_ctl reads it."""
        lines = self._pid_file_lines()
        assert self.process is not None
        return (
            len(lines) > READY_LINE
            and lines[0].strip() == str(self.process.pid)
            and lines[READY_LINE].strip() == "ready"
        )

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _end_survivor(self) -> None:
        """Stops a postmaster of this very folder that outlived its keeper, and removes a pid
        file whose number now belongs to a stranger: PostgreSQL would take it for its own."""
        lines = self._pid_file_lines()
        if not lines or not lines[0].strip().isdigit():
            return
        pid = int(lines[0])
        if not _is_running(pid):
            return
        if os.fspath(self.data) not in _command_line(pid):
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (self.folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
            return
        _stop_stranger(pid)

    def _log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _command_line(pid: int) -> str:
    """Empty when the process has ended meanwhile."""
    if Path("/proc/self").exists():
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
        return ""
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _stop_stranger(pid: int) -> None:
    """Fast shutdown of a process that is not our child; KILL after START_SECONDS_MAX."""
    deadline = time.monotonic() + START_SECONDS_MAX
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)
        while time.monotonic() < deadline:
            os.kill(pid, 0)
            time.sleep(POLL_SECONDS)
        os.kill(pid, signal.SIGKILL)
