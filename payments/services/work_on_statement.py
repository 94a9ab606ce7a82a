"""What a worker does with a statement file: reads it, and later posts it."""

from datetime import datetime, timedelta

from payments.models import StatementUpload
from payments.services.post_statement_batch import post_statement_batch
from payments.services.read_statement_upload import read_statement_upload

# a worker that died is made up for by the sweep after this long; the largest file takes a minute
CLAIM_FOR = timedelta(minutes=5)


def work_on_statement(*, upload_id: int, now: datetime) -> None:
    """Does all that can be done without a person; a second worker leaves it alone meanwhile.

    Killed at any moment, it goes on where it was: reading begins anew, posting after the last
    batch that was committed. Calling it for a file that waits for nobody does nothing.
    """
    if not _claim(upload_id, now):
        return
    read_statement_upload(upload_id=upload_id, now=now)
    while post_statement_batch(upload_id=upload_id, now=now):
        pass


def _claim(upload_id: int, now: datetime) -> bool:
    due = StatementUpload.objects.filter(pk=upload_id, due_at__lte=now)
    return bool(due.update(due_at=now + CLAIM_FOR))
