"""E-mail in the demo: nothing leaves the machine, everything can be read.

Each message becomes a file in the outbox folder and is printed to the log, so that a newcomer
finds the verification code without any mail server.
"""

import itertools
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from commpeak.lib.clock import utc_now


class OutboxBackend(BaseEmailBackend):
    """Writes to settings.EMAIL_FILE_PATH, one .eml file per message, named by time."""

    _numbers = itertools.count(1)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            self._keep(message)
            self._print(message)
        return len(email_messages)

    def _keep(self, message: EmailMessage) -> None:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stamp = utc_now().strftime("%Y%m%d-%H%M%S-%f")
        path = folder / f"{stamp}-{next(self._numbers)}.eml"
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_bytes(message.message().as_bytes())
        unfinished.rename(path)  # whoever looks into the folder finds whole messages

    def _print(self, message: EmailMessage) -> None:
        recipients = ", ".join(message.recipients())
        body = "\n".join(f"    {line}" for line in str(message.body).strip().splitlines())
        print(f"E-mail to {recipients}: {message.subject}\n{body}", flush=True)  # noqa: T201
