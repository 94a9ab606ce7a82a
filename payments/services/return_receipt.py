"""Records that a wire, or a part of it, goes back to its payer."""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from commpeak.lib.money import Money
from payments.models import Allocation, Receipt
from payments.services.open_allocation import open_allocation


def return_receipt(
    *,
    receipt_id: int,
    money: Money,
    return_reference: str,
    actor: User,
    reason: str,
    request_key: UUID,
    now: datetime,
) -> Allocation:
    """Takes `money` out of suspense and out of our bank, or has it wait for a second person.

    The transfer itself is made at the bank; `return_reference` is what it is called there. A
    second call with `request_key` returns the first one. Raises Refused for more than is left
    in suspense.
    """
    allocation = Allocation(
        receipt=Receipt.objects.get(pk=receipt_id),
        kind=Allocation.Kind.RETURN,
        amount=money.amount,
        return_reference=return_reference,
        proposed_by=actor,
        proposed_at=now,
        reason=reason,
        request_key=request_key,
    )
    return open_allocation(allocation=allocation, money=money, now=now)
