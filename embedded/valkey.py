"""One Valkey on a free loopback port behind a random password. It keeps nothing on disk: all
work lives in PostgreSQL, so an emptied broker loses nothing."""

import secrets
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from embedded.account import Account
from embedded.errors import EmbeddedError
from embedded.process import start_server, stop_process

START_SECONDS_MAX = 20
POLL_SECONDS = 0.02
PORT_TRIES = 5


@dataclass
class Valkey:
    """A broker whose log is in `folder`. After a stop, `start` takes the same port again."""

    folder: Path
    program: Path
    account: Account
    port: int = 0
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The broker's address, without a database number."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "valkey.log"

    def start(self) -> None:
        """Starts and returns once it answers. Raises EmbeddedError with the end of its log."""
        wanted = self.port
        for _ in range(PORT_TRIES):
            self.port = wanted or free_port()
            if self._try_start():
                return
        raise EmbeddedError(f"Valkey did not start:\n{self.log.read_text(errors='replace')}")

    def stop(self) -> None:
        if self.process:
            stop_process(self.process, signal.SIGTERM)

    def _try_start(self) -> bool:
        """False when it ended at once, most likely because the port was taken meanwhile."""
        with self.log.open("wb") as log:
            self.process = start_server(
                [self.program, "-"],
                account=self.account,
                folder=self.folder,
                log=log,
                death_signal=signal.SIGTERM,
                stdin=subprocess.PIPE,
            )
        assert self.process.stdin is not None
        with self.process.stdin as stdin:  # not on the command line: `ps` would show the password
            stdin.write(self._configuration().encode())
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._answers():
                return True
            time.sleep(POLL_SECONDS)
        self.stop()
        return False

    def _configuration(self) -> str:
        return (
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\n"
            'save ""\nappendonly no\n'
        )

    def _answers(self) -> bool:
        """True when the server behind the port knows our password, so it is ours."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\n".encode())
                return connection.recv(16).startswith(b"+OK")
        except OSError:
            return False


def free_port() -> int:
    """A loopback port that nobody listens on, picked by the system."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
