"""Puts a statement file aside of which nothing was posted."""

from django.db import transaction
from django.utils.translation import gettext as _

from commpeak.lib.errors import Conflict
from payments.models import StatementUpload


@transaction.atomic
def discard_statement_upload(*, upload_id: int) -> None:
    """Its lines go, the file with its hash stays. A second click changes nothing.

    Raises Conflict once it is posted or being worked on.
    """
    upload = StatementUpload.objects.select_for_update().get(pk=upload_id)
    if upload.state == StatementUpload.State.DISCARDED:
        return
    if not upload.may_be_discarded:
        raise Conflict(
            _("This file cannot be discarded: it is “%(state)s”.")
            % {"state": upload.get_state_display()}
        )
    upload.statements.all().delete()
    upload.state, upload.due_at = StatementUpload.State.DISCARDED, None
    upload.save(update_fields=["state", "due_at"])
