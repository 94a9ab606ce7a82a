"""Takes a manual entry back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from billing.models import ManualEntry
from billing.services.post_entry import PostedEntry
from billing.services.post_reversal import post_reversal
from commpeak.lib.errors import Refused


@transaction.atomic
def undo_manual_entry(*, decision_id: int, by: User, reason: str, now: datetime) -> PostedEntry:
    """Posts the reversal of what a manual entry posted, with `reason` as its memo.

    A credit is taken back even if it was spent: the balance may go negative by it. A second
    call posts nothing and returns the first reversal. Raises Refused for one that was not
    posted, InvalidInput without a reason.
    """
    decision = ManualEntry.objects.select_for_update(of=("self",)).get(pk=decision_id)
    if decision.entry_id is None:
        raise Refused(_("Nothing was posted: there is nothing to undo."))
    posted = post_reversal(entry_id=decision.entry_id, actor=str(by), reason=reason, now=now)
    decision.stage = ManualEntry.Stage.UNDONE
    decision.save(update_fields=["stage"])
    return posted
