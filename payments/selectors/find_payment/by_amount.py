"""Finds by an amount, and a day if one is known."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Customer
from payments.find_payment.typed import Typed
from payments.models import WireAnnouncement
from payments.selectors.find_payment.found import (
    FOUND_MAX,
    Finder,
    Found,
    found_payments,
    payments_of,
)

# a top-up is asked for some days before a wire is sent, and a day is over elsewhere already
ASKED_BEFORE = timedelta(days=8)
ASKED_AFTER = timedelta(days=2)


def _amount(typed: Typed) -> str:
    if typed.amount is None:
        return ""
    amount = f"{typed.amount.amount:f} {typed.amount.currency}".strip()
    if not typed.days:
        return _("the amount %(amount)s, on any day") % {"amount": amount}
    days = _(" or ").join(str(day) for day in typed.days)
    return _("the amount %(amount)s around %(days)s") % {"amount": amount, "days": days}


def _by_amount(typed: Typed, whose: Customer | None) -> list[Found]:
    """What was asked for, and what was told of a wire. Two queries."""
    asked = payments_of(whose).filter(_is_amount(typed), _is_near(typed.days))
    told = WireAnnouncement.objects.filter(_is_amount(typed), _is_sent_near(typed.days))
    told_payments = payments_of(whose).filter(pk__in=told.values("payment"))
    return [
        *found_payments(_("The amount that was asked for"), asked[:FOUND_MAX]),
        *found_payments(_("The amount of an announced wire"), told_payments[:FOUND_MAX]),
    ]


def _is_amount(typed: Typed) -> Q:
    if typed.amount is None:
        return Q(pk=None)
    same = Q(amount=typed.amount.amount)
    return same & Q(currency=typed.amount.currency) if typed.amount.currency else same


def _is_near(days: tuple[date, ...]) -> Q:
    def around(day: date) -> Q:
        midnight = datetime.combine(day, time(), tzinfo=UTC)
        return Q(created_at__gt=midnight - ASKED_BEFORE, created_at__lt=midnight + ASKED_AFTER)

    return reduce(or_, map(around, days), Q())


def _is_sent_near(days: tuple[date, ...]) -> Q:
    def around(day: date) -> Q:
        return Q(sent_on__gte=day - ASKED_AFTER, sent_on__lte=day + ASKED_AFTER)

    return reduce(or_, map(around, days), Q())


BY_AMOUNT = Finder(_amount, _by_amount)
