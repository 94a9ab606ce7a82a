"""The second person approves or declines a change of a credit limit."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.lock_waiting_decision import lock_waiting_decision
from billing.models import Balance, CreditLimitChange
from commpeak.lib.errors import Conflict


@transaction.atomic
def decide_credit_limit(
    *, decision_id: int, approve: bool, by: User, reason: str, now: datetime
) -> CreditLimitChange:
    """Sets the limit, or closes the proposal and leaves the limit as it is.

    Raises Refused for one's own proposal, and Conflict when somebody else was faster or the
    limit is no longer what it was when the change was proposed.
    """
    change = lock_waiting_decision(
        model=CreditLimitChange, decision_id=decision_id, by=by, approve=approve
    )
    change.decided_by, change.decided_at, change.decision_reason = by, now, reason
    change.stage = CreditLimitChange.Stage.DECLINED
    if approve:
        _set(change)
    change.save(update_fields=["stage", "decided_by", "decided_at", "decision_reason"])
    return change


def _set(change: CreditLimitChange) -> None:
    unchanged = Balance.objects.filter(pk=change.account_id, credit_limit=change.before)
    if not unchanged.update(credit_limit=change.after):
        raise Conflict(_("The limit has changed since this was proposed: propose it anew."))
    change.stage = CreditLimitChange.Stage.DONE
