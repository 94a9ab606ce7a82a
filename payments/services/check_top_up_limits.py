"""Minimum, maximum, maximum balance and the ceiling of new customers, before any charge.

Once money has come it is always credited, whatever these say.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Customer
from billing.models import Purse
from billing.selectors.customer_balances import customer_balances
from commpeak.lib.errors import Refused
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text
from payments.models import Payment, PaymentFact
from payments.states import DEAD, OPEN, FactKind


def check_top_up_limits(*, customer: Customer, purse: Purse, money: Money, now: datetime) -> None:
    """Raises Refused that names the limit and the most that would be accepted."""
    limits = settings.TOP_UP_LIMITS[money.currency]
    _at_least(money, Money(limits["top_up_min"], money.currency))
    _at_most(money, Money(limits["top_up_max"], money.currency), _("one top-up"))
    _fits_in_balance(customer, purse, money, Money(limits["balance_max"], money.currency))
    ceiling = Money(limits["new_customer_daily_max"], money.currency)
    if _is_new(customer, now):
        left = ceiling - _asked_since(customer, money.currency, now - timedelta(days=1))
        _at_most(money, left, _("a new customer within 24 hours"))


def _at_least(money: Money, smallest: Money) -> None:
    if money < smallest:
        raise Refused(_("The smallest top-up is %(amount)s.") % {"amount": money_text(smallest)})


def _at_most(money: Money, most: Money, what: str) -> None:
    if most.amount <= 0:
        raise Refused(_("Nothing more is possible right now for %(what)s.") % {"what": what})
    if money > most:
        raise Refused(
            _("At most %(amount)s is possible for %(what)s.")
            % {"amount": money_text(most), "what": what}
        )


def _fits_in_balance(customer: Customer, purse: Purse, money: Money, most: Money) -> None:
    balance = next(b for b in customer_balances(customer) if b.purse == purse)
    open_sum = Payment.objects.filter(
        top_up__customer=customer, top_up__purse=purse, state__in=OPEN
    ).aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]
    room = most - balance.money - Money(open_sum, money.currency)
    _at_most(money, room, _("this balance, open payments included"))


def _is_new(customer: Customer, now: datetime) -> bool:
    """Until the first captured payment is NEW_CUSTOMER_DAYS old."""
    return not PaymentFact.objects.filter(
        payment__top_up__customer=customer,
        kind=FactKind.CAPTURE,
        occurred_at__lt=now - timedelta(days=settings.NEW_CUSTOMER_DAYS),
    ).exists()


def _asked_since(customer: Customer, currency: str, since: datetime) -> Money:
    """Paid or still payable, over both balances."""
    asked = (
        Payment.objects.filter(top_up__customer=customer, currency=currency, created_at__gt=since)
        .exclude(state__in=DEAD)
        .aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]
    )
    return Money(asked, currency)
