"""The private folder of one pair of servers.

    commpeak-<uid>-<project>/      ours, 0711: passable for the servers' account, not listable
        start.lock  users.lock  keeper.lock     who may start, who uses, who keeps (lease.py)
        servers.json               addresses and the password, 0600
        keeper.log
        server/                    the servers' account, 0700: data, sockets, logs
        postgres-<version>/        a copy of the binaries, only where they must be copied

A throw-away home has a random suffix and is deleted when its servers stop.
"""

import hashlib
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from embedded.account import Account, server_account
from embedded.errors import EmbeddedError

READY = "ready"  # what the keeper answers when both servers run
PROJECT = Path(__file__).resolve().parent.parent
# sun_path holds 107 bytes and a zero; the rest of the name is added to the home's path
SOCKET_PATH_BYTES_MAX = 107
SOCKET_TAIL = "/server/.s.PGSQL.5432"


@dataclass(frozen=True)
class Home:
    """Paths inside one private folder; creating and checking it is `prepare`'s."""

    path: Path

    @property
    def start_lock(self) -> Path:
        return self.path / "start.lock"

    @property
    def users_lock(self) -> Path:
        return self.path / "users.lock"

    @property
    def keeper_lock(self) -> Path:
        return self.path / "keeper.lock"

    @property
    def state(self) -> Path:
        return self.path / "servers.json"

    @property
    def keeper_log(self) -> Path:
        return self.path / "keeper.log"

    @property
    def server(self) -> Path:
        return self.path / "server"

    def prepare(self, account: Account) -> None:
        """Creates the folder, or raises EmbeddedError when it is not safely ours."""
        _make_private(self.path, mode=0o711 if account.switch else 0o700)
        if not self.server.exists():
            self.server.mkdir(mode=0o700)
            account.own(self.server)


def kept_home() -> Home:
    """The home of this checkout and user: the same one every time."""
    return Home(_root() / _name())


def throw_away_home() -> Home:
    """A home nobody has used before."""
    return Home(_root() / f"{_name()}-{secrets.token_hex(4)}")


def throw_away_homes() -> list[Home]:
    """Throw-away homes of this checkout that exist, in use or left behind."""
    return [Home(path) for path in sorted(_root().glob(f"{_name()}-*"))]


def _name() -> str:
    """Keyed by the project's path, so that two checkouts never share books."""
    project = hashlib.sha256(os.fsencode(PROJECT)).hexdigest()[:10]
    return f"commpeak-{os.geteuid()}-{project}"


def _root() -> Path:
    """Where homes live: TMPDIR, else /var/tmp (kept over a restart), else a shorter path."""
    for candidate in (os.environ.get("TMPDIR"), "/var/tmp", tempfile.gettempdir(), "/tmp"):  # noqa: S108
        if candidate and _is_suitable(root := Path(candidate).resolve()):
            return root
    raise EmbeddedError("No writable folder with a short path was found; set TMPDIR to one.")


def _is_suitable(root: Path) -> bool:
    """Writable for us, passable for the servers' account, and short enough for a socket."""
    longest = len(os.fsencode(root)) + len(f"/{_name()}-12345678") + len(SOCKET_TAIL)
    passable = not server_account().switch or all(
        folder.stat().st_mode & stat.S_IXOTH for folder in (root, *root.parents)
    )
    return os.access(root, os.W_OK | os.X_OK) and passable and longest <= SOCKET_PATH_BYTES_MAX


def _make_private(path: Path, *, mode: int) -> None:
    try:
        path.mkdir(mode=mode)
    except FileExistsError:
        pass
    else:
        path.chmod(mode)  # whatever the umask took away
    found = path.lstat()
    private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o066
    if not private or found.st_uid != os.geteuid():
        raise EmbeddedError(
            f"{path} exists but is not a private folder of this user. Move it away and try again."
        )
