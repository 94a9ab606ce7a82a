"""The mail that the portal sent, read from the files that its demo writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

NEWEST_MAX = 100
BYTES_MAX = 1_000_000  # of one message; ours are a few kilobytes
_NAME = re.compile(r"[0-9A-Za-z-]{1,80}\.eml")


@dataclass(frozen=True)
class Mail:
    """One message. `name` is its file's; `text` and `html` are "" when it has no such part."""

    name: str
    date: str
    to: str
    sender: str
    subject: str
    text: str
    html: str


class MailFolder:
    """Reads only. A folder that is not there yet is empty: the first mail makes it."""

    def __init__(self, path: str) -> None:
        self.path = Path(path) if path else None

    def newest(self) -> list[Mail]:
        """At most NEWEST_MAX messages, newest first: their files are named by time."""
        names = sorted((p.name for p in self._files()), reverse=True)
        return [mail for name in names[:NEWEST_MAX] if (mail := self.get(name))]

    def get(self, name: str) -> Mail | None:
        """The message in that file; None for every name that is not one of the folder's own."""
        if self.path is None or not _NAME.fullmatch(name):
            return None
        file = self.path / name
        if file.is_symlink() or not file.is_file() or file.stat().st_size > BYTES_MAX:
            return None
        return _mail(name, message_from_bytes(file.read_bytes(), policy=policy.default))

    def _files(self) -> list[Path]:
        if self.path is None or not self.path.is_dir():
            return []
        return [file for file in self.path.iterdir() if _NAME.fullmatch(file.name)]


def _mail(name: str, message: EmailMessage) -> Mail:
    return Mail(
        name=name,
        date=str(message["Date"] or ""),
        to=str(message["To"] or ""),
        sender=str(message["From"] or ""),
        subject=str(message["Subject"] or ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
