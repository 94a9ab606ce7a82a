"""Holds a part of a wire for what staff decided, and posts it unless a second person is needed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commpeak.lib.errors import Conflict, Refused
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text
from payments.models import Allocation, Receipt
from payments.selectors.wire_second_person import moved_alone, needs_second_for
from payments.services.post_allocation import post_allocation


@transaction.atomic
def open_allocation(*, allocation: Allocation, money: Money, now: datetime) -> Allocation:
    """Saves `allocation`, of `money`, and returns it as DONE or as WAITING.

    Under the receipt's lock, so that two who give out the same money at once wait for each
    other and the second is told. The same request again returns the first allocation; the same
    key for something else raises Conflict. Raises Refused for more than is in suspense.
    """
    receipt = Receipt.objects.select_for_update(of=("self",)).get(pk=allocation.receipt_id)
    if earlier := Allocation.objects.filter(request_key=allocation.request_key).first():
        return _same(earlier, allocation)
    _check(receipt, money)
    allocation.receipt = receipt
    allocation.needs_second = needs_second_for(
        money=money, credited=allocation.credited, alone=moved_alone([receipt.pk])[receipt.pk]
    )
    allocation.stage = Allocation.Stage.WAITING
    allocation.save(force_insert=True)
    if not allocation.needs_second:
        post_allocation(allocation=allocation, now=now)
    return allocation


def _same(earlier: Allocation, allocation: Allocation) -> Allocation:
    fields = ("receipt_id", "kind", "amount", "top_up_id", "credited_amount")
    if any(getattr(earlier, name) != getattr(allocation, name) for name in fields):
        raise Conflict(_("This form was sent before with something else. Open the page again."))
    return earlier


def _check(receipt: Receipt, money: Money) -> None:
    if money.currency != receipt.currency or not money.is_payable or money.amount <= 0:
        raise Refused(_("Enter an amount in %(currency)s.") % {"currency": receipt.currency})
    if money > receipt.open_money:
        raise Refused(
            _("Only %(amount)s of this wire is left in suspense. Someone may have been faster.")
            % {"amount": money_text(receipt.open_money)}
        )
