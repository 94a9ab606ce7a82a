"""Has a statement file read once more, after something it needed was put right."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from commpeak.lib.errors import Conflict
from commpeak.lib.wake import wake
from payments.models import StatementUpload
from payments.services.upload_statement import WORKER


@transaction.atomic
def read_statement_again(
    *, upload_id: int, mapping: dict[str, object] | None, now: datetime
) -> StatementUpload:
    """Back to READING; `mapping` is what staff confirmed of a CSV's columns, None to keep it.

    Raises Conflict once it is posted, being worked on or discarded.
    """
    upload = StatementUpload.objects.select_for_update().get(pk=upload_id)
    if upload.state == StatementUpload.State.READING:
        return upload
    if not upload.may_be_discarded:
        raise Conflict(
            _("This file cannot be read again: it is “%(state)s”.")
            % {"state": upload.get_state_display()}
        )
    upload.statements.all().delete()
    upload.mapping = upload.mapping if mapping is None else mapping
    upload.state, upload.problem, upload.due_at = StatementUpload.State.READING, "", now
    upload.save(update_fields=["mapping", "state", "problem", "due_at"])
    transaction.on_commit(partial(wake, WORKER, upload.pk))
    return upload
