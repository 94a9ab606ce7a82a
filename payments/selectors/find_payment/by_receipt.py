"""Finds wires that have arrived and wait in suspense, for staff."""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Customer
from payments.find_payment.typed import Typed
from payments.models import Receipt
from payments.selectors.find_payment.found import FOUND_MAX, Finder, Found

# customers tell when they sent it; a wire takes days, and weekends come between
BOOKED_BEFORE = timedelta(days=2)
BOOKED_AFTER = timedelta(days=8)


def _wires(typed: Typed) -> str:
    if not (typed.amount or typed.ids or typed.account_numbers or typed.wire_references):
        return ""
    return _("wires that have arrived and that nobody was found for yet")


def _by_receipt(typed: Typed, whose: Customer | None) -> list[Found]:
    """One query, on those that are open: days of work, not years of history."""
    waiting = Receipt.objects.filter(open_amount__gt=0).select_related("line", "bank_account")
    said = [_is_amount(typed), *_in_text(typed)]
    meant = waiting.filter(reduce(or_, said)).order_by("-booked_on", "-pk")
    how = _("A wire in suspense")
    return [Found(how, None, receipt=receipt) for receipt in meant[:FOUND_MAX]]


def _is_amount(typed: Typed) -> Q:
    if typed.amount is None:
        return Q(pk=None)
    same = Q(amount=typed.amount.amount) | Q(open_amount=typed.amount.amount)
    if typed.amount.currency:
        same &= Q(currency=typed.amount.currency)
    return same & reduce(or_, map(_around, typed.days), Q())


def _around(day: date) -> Q:
    return Q(booked_on__gte=day - BOOKED_BEFORE, booked_on__lte=day + BOOKED_AFTER)


def _in_text(typed: Typed) -> list[Q]:
    """The account number stands in our references as well."""
    numbers = {*typed.account_numbers, *(one.account_number for one in typed.wire_references)}
    return [
        Q(line__end_to_end_id__in=typed.ids) | Q(line__bank_id__in=typed.ids),
        *(Q(line__reference__contains=one) | Q(line__text__contains=one) for one in numbers),
    ]


BY_RECEIPT = Finder(_wires, _by_receipt, permission="payments.view_receipt")
