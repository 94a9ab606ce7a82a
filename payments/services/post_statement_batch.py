"""Posts the next credits of a statement file that staff have confirmed."""

from datetime import datetime

from django.db import transaction

from payments.models import StatementLine, StatementUpload
from payments.services.post_receipts import post_receipts
from payments.statements.base import LineKind

LINES_PER_BATCH = 500  # one transaction; its locks and its loss are a second of work


@transaction.atomic
def post_statement_batch(*, upload_id: int, now: datetime) -> bool:
    """True while there may be more. The last batch makes the file POSTED.

    Progress is in the same transaction as what it counts. Nothing happens to a file that is not
    being posted.
    """
    upload = StatementUpload.objects.select_for_update().get(pk=upload_id)
    if upload.state != StatementUpload.State.POSTING:
        return False
    lines = list(
        StatementLine.objects.filter(
            statement__upload=upload,
            kind=LineKind.CREDIT,
            is_known=False,
            pk__gt=upload.posted_up_to,
        )
        .select_related("statement__bank_account")
        .order_by("pk")[:LINES_PER_BATCH]
    )
    if lines:
        upload.posted_count += post_receipts(lines=lines, actor=str(upload.posted_by), now=now)
        upload.posted_up_to = lines[-1].pk
    if len(lines) < LINES_PER_BATCH:
        upload.state, upload.due_at = StatementUpload.State.POSTED, None
    upload.save(update_fields=["posted_count", "posted_up_to", "state", "due_at"])
    return upload.state == StatementUpload.State.POSTING
