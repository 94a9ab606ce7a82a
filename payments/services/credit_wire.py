"""What staff press: this money of this wire is for that balance."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from payments.matching.exchange import at_rate
from payments.models import Allocation, Receipt, TopUp
from payments.selectors.whose import CreditOrder
from payments.services.credit_receipt import credit_receipt
from payments.services.open_wire_top_up import open_wire_top_up


@transaction.atomic
def credit_wire(*, order: CreditOrder, actor: User, reason: str, now: datetime) -> Allocation:
    """credit_receipt, for a balance without a top-up as well: it gets one first.

    All or nothing; raises what open_wire_top_up and credit_receipt raise.
    """
    return credit_receipt(
        receipt_id=order.receipt_id,
        top_up_id=(order.whose.top_up or _new_top_up(order, now)).pk,
        money=order.money,
        rate=order.rate,
        actor=actor,
        reason=reason,
        request_key=order.request_key,
        now=now,
    )


def _new_top_up(order: CreditOrder, now: datetime) -> TopUp:
    # before the customer, in the order of lock_allocation
    Receipt.objects.select_for_update(of=("self",)).get(pk=order.receipt_id)
    money, currency = order.money, order.whose.currency
    if order.rate is not None and currency:
        money = at_rate(money, order.rate, currency)
    return open_wire_top_up(
        customer=order.whose.customer,
        purse=order.whose.purse,
        money=money,
        request_key=order.request_key,
        now=now,
    )
