"""Moves what was credited to the wrong balance to the right one."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.models import User
from payments.models import Allocation
from payments.selectors.whose import CreditOrder, Whose
from payments.services.credit_wire import credit_wire
from payments.services.undo_allocation import undo_allocation


@transaction.atomic
def move_allocation(
    *,
    allocation_id: int,
    whose: Whose,
    rate: Decimal | None,
    actor: User,
    reason: str,
    request_key: UUID,
    now: datetime,
) -> Allocation:
    """Undoes it and credits `whose` instead, both or neither; returns the new allocation.

    Above the limit the new one waits for a second person, and the money is held meanwhile. A
    second call with `request_key` returns the first one. Raises as undo_allocation and
    credit_wire do.
    """
    if earlier := Allocation.objects.filter(request_key=request_key).first():
        return earlier
    old = undo_allocation(allocation_id=allocation_id, actor=actor, reason=reason, now=now)
    order = CreditOrder(old.receipt_id, whose, old.money, rate, request_key)
    return credit_wire(order=order, actor=actor, reason=reason, now=now)
