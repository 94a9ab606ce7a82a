"""Keeps a statement file that staff uploaded, for a worker to read."""

import hashlib
from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.models import User
from commpeak.lib.private_files import keep_private_file
from commpeak.lib.wake import wake
from payments.models import BankAccount, StatementUpload

WORKER = "payments.tasks.work_on_statement_upload"


def upload_statement(
    *,
    name: str,
    content: bytes,
    bank_account: BankAccount | None,
    uploaded_by: User,
    now: datetime,
) -> StatementUpload:
    """The upload, being read from now on; nothing of it is posted before staff say so.

    `bank_account` is whose statement it is, where the file itself does not tell (CSV). The same
    file may come again: its lines are then known. The bytes are kept as they came.
    """
    stored_as = keep_private_file(content, folder="statements")
    with transaction.atomic():
        upload = StatementUpload.objects.create(
            name=name,
            stored_as=stored_as,
            sha256=hashlib.sha256(content).hexdigest(),
            size_bytes=len(content),
            bank_account=bank_account,
            uploaded_by=uploaded_by,
            uploaded_at=now,
            due_at=now,
        )
        transaction.on_commit(partial(wake, WORKER, upload.pk))
    return upload
