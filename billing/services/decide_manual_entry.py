"""The second person approves or declines a manual entry."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services.lock_waiting_decision import lock_waiting_decision
from billing.models import ManualEntry
from billing.services.post_manual_entry import post_manual_entry


@transaction.atomic
def decide_manual_entry(
    *, decision_id: int, approve: bool, by: User, reason: str, now: datetime
) -> ManualEntry:
    """Posts what waits, or closes it without a posting; who and why stay with it.

    Of two at once one posts, and the other gets Conflict that says who was faster. Raises
    Refused for one's own proposal, OverCreditLimit when the balance does not cover the debit
    any more: then it goes on waiting.
    """
    decision = lock_waiting_decision(
        model=ManualEntry, decision_id=decision_id, by=by, approve=approve
    )
    decision.decided_by, decision.decided_at, decision.decision_reason = by, now, reason
    decision.stage = ManualEntry.Stage.DECLINED
    if approve:
        post_manual_entry(decision=decision, actor=str(by), now=now)
    decision.save(update_fields=["stage", "entry", "decided_by", "decided_at", "decision_reason"])
    return decision
