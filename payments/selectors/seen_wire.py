"""A wire that our bank has and that names a top-up: seen, and not credited yet."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from commpeak.lib.template_filters import money_text, written_day
from payments.gateways.registry import INTO_OUR_BANK
from payments.models import Allocation, Payment, Receipt
from payments.selectors.step import Step


def seen_wire(payment: Payment) -> Receipt | None:
    """One query for an open payment by wire, none for any other."""
    if payment.gateway not in INTO_OUR_BANK or not payment.is_open:
        return None
    held = Q(allocations__top_up=payment.top_up, allocations__stage=Allocation.Stage.WAITING)
    named = Q(expected_top_up=payment.top_up, open_amount__gt=0)
    return Receipt.objects.filter(named | held).order_by("pk").first()


def seen_step(receipt: Receipt) -> Step:
    text = _(
        "%(amount)s came on %(day)s. Our staff confirms it within one working day; you need not do "
        "anything."
    ) % {"amount": money_text(receipt.money), "day": written_day(receipt.booked_on)}
    return Step("now", _("Arrived at our bank"), text)
