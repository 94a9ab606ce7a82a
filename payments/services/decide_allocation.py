"""The second pair of eyes: confirms or declines what another person has proposed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from commpeak.lib.errors import Conflict, InvalidInput, Refused
from payments.models import Allocation
from payments.services.lock_allocation import lock_allocation
from payments.services.post_allocation import post_allocation


@transaction.atomic
def decide_allocation(
    *, allocation_id: int, approve: bool, actor: User, reason: str, now: datetime
) -> Allocation:
    """Posts the allocation, or gives the money free again, and returns it as it is now.

    Two who decide at once wait for each other: one posting, and the second gets Conflict with
    the name of the first. Raises Refused for who proposed it (they may decline, which takes
    it back), InvalidInput when declining without a reason.
    """
    allocation = lock_allocation(allocation_id=allocation_id)
    _check(allocation, approve, actor, reason)
    allocation.decided_by, allocation.decided_at = actor, now
    allocation.decision_reason = reason
    if approve:
        post_allocation(allocation=allocation, now=now)
    else:
        allocation.stage = Allocation.Stage.DECLINED
        allocation.save(update_fields=["stage", "decided_by", "decided_at", "decision_reason"])
    return allocation


def _check(allocation: Allocation, approve: bool, actor: User, reason: str) -> None:
    if allocation.stage != Allocation.Stage.WAITING:
        raise Conflict(
            _("%(person)s was faster: it is %(stage)s already.")
            % {
                "person": allocation.decided_by or allocation.proposed_by,
                "stage": allocation.get_stage_display().lower(),
            }
        )
    if approve and allocation.proposed_by_id == actor.pk:
        raise Refused(_("You proposed this yourself. A second person has to confirm it."))
    if not approve and not reason.strip():
        raise InvalidInput(_("Say why it is declined."))
