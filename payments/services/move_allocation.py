"""Moves what was credited to the wrong balance to the right one."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.models import Customer, User
from billing.services.lock_purses import lock_purses
from payments.models import Allocation, Payment
from payments.selectors.whose import CreditOrder, Whose
from payments.services.credit_wire import credit_wire
from payments.services.lock_allocation import lock_allocation
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
    _lock(lock_allocation(allocation_id=allocation_id), whose)
    if earlier := Allocation.objects.filter(request_key=request_key).first():
        return earlier
    old = undo_allocation(allocation_id=allocation_id, actor=actor, reason=reason, now=now)
    order = CreditOrder(old.receipt_id, whose, old.money, rate, request_key)
    return credit_wire(order=order, actor=actor, reason=reason, now=now)


def _lock(allocation: Allocation, whose: Whose) -> None:
    """Both sides at once, in the one order: two moves in opposite directions wait for each other
    instead of ending in a deadlock."""
    if whose.top_up is None:  # one is opened
        Customer.objects.select_for_update(no_key=True).get(pk=whose.customer.pk)
    top_ups = [top_up for top_up in (allocation.top_up, whose.top_up) if top_up]
    payments = Payment.objects.select_for_update(of=("self",)).filter(top_up__in=top_ups)
    list(payments.order_by("pk"))
    keys = {(top_up.customer.account_number, top_up.purse) for top_up in top_ups}
    lock_purses(keys=keys | {(whose.customer.account_number, whose.purse.value)})
