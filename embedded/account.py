"""Who the servers run as. PostgreSQL refuses to run as root, so root lends them `nobody`."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded.errors import EmbeddedError


@dataclass(frozen=True)
class Account:
    """The account of the servers. `switch` tells whether that is another one than ours."""

    uid: int
    gid: int
    switch: bool

    def popen_arguments(self) -> dict[str, Any]:
        """What subprocess needs so that a child runs as this account."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Gives `path` to this account; nothing to do when the account is ours."""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def server_account() -> Account:
    """`nobody` for root, otherwise whoever we are. Raises EmbeddedError without a `nobody`."""
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid(), switch=False)
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(
            "This machine has no user `nobody`, and PostgreSQL does not run as root. "
            "Run the command as an ordinary user."
        ) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid, switch=True)
