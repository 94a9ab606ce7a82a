"""Staff say no to a refund."""

from datetime import datetime

from django.db import transaction

from payments.refund_states import RefundState
from payments.services.lock_refund import lock_refund
from payments.services.move_refund import move_refund


@transaction.atomic
def decline_refund(*, refund_id: int, actor: str, reason: str, now: datetime) -> None:
    """Declines it; `reason` is told to the customer. What it held can be asked for again.

    Raises Conflict for one that is decided already.
    """
    refund = lock_refund(refund_id=refund_id)
    refund.decided_by, refund.decided_at, refund.decision = actor, now, reason
    move_refund(refund=refund, to=RefundState.DECLINED, actor=actor, detail=reason, now=now)
