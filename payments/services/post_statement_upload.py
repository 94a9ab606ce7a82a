"""Staff have seen the dry run and say yes: a worker posts every credit."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from commpeak.lib.errors import Conflict
from commpeak.lib.wake import wake
from payments.models import StatementUpload
from payments.services.upload_statement import WORKER


@transaction.atomic
def post_statement_upload(*, upload_id: int, posted_by: User, now: datetime) -> StatementUpload:
    """From READY to POSTING. A second click changes nothing; Conflict when it cannot be posted."""
    upload = StatementUpload.objects.select_for_update().get(pk=upload_id)
    if upload.state in {StatementUpload.State.POSTING, StatementUpload.State.POSTED}:
        return upload
    if upload.state != StatementUpload.State.READY:
        raise Conflict(
            _("This file cannot be posted: it is “%(state)s”.")
            % {"state": upload.get_state_display()}
        )
    upload.state, upload.posted_by, upload.due_at = StatementUpload.State.POSTING, posted_by, now
    upload.save(update_fields=["state", "posted_by", "due_at"])
    transaction.on_commit(partial(wake, WORKER, upload.pk))
    return upload
