"""The most that can be added to a balance now, and why: shown before, checked at Checkout."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Customer
from billing.models import Purse
from billing.selectors.customer_balances import customer_balances
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text
from payments.models import Payment, PaymentFact
from payments.states import DEAD, OPEN, FactKind, State


@dataclass(frozen=True, slots=True)
class Ceiling:
    """At most `most` (never negative) is possible for `what`."""

    most: Money
    what: str

    def __str__(self) -> str:
        """For the customer."""
        if not self.most:
            return _("Nothing more is possible right now for %(what)s.") % {"what": self.what}
        return _("At most %(amount)s is possible for %(what)s.") % {
            "amount": money_text(self.most),
            "what": self.what,
        }


def top_up_ceilings(
    *, customer: Customer, purse: Purse, currency: str, now: datetime
) -> list[Ceiling]:
    """Every rule that caps a top-up of this balance now; the lowest one decides."""
    limits = settings.TOP_UP_LIMITS[currency]
    ceilings = [
        Ceiling(Money(limits["top_up_max"], currency), _("one top-up")),
        Ceiling(
            _above_zero(Money(limits["balance_max"], currency) - _held(customer, purse, currency)),
            _("this balance, open payments included"),
        ),
    ]
    if _is_new(customer, now):
        asked = _asked_since(customer, currency, now - timedelta(days=1))
        left = Money(limits["new_customer_daily_max"], currency) - asked
        ceilings.append(Ceiling(_above_zero(left), _("a new customer within 24 hours")))
    return ceilings


def _held(customer: Customer, purse: Purse, currency: str) -> Money:
    """What is on the balance and what is on its way to it."""
    balance = next(b for b in customer_balances(customer) if b.purse == purse)
    under_way = Payment.objects.filter(
        top_up__customer=customer, top_up__purse=purse, state__in=OPEN
    ).aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]
    return balance.money + Money(under_way, currency)


def _is_new(customer: Customer, now: datetime) -> bool:
    """Until a payment that was neither refunded nor disputed is NEW_CUSTOMER_DAYS old."""
    return not PaymentFact.objects.filter(
        payment__top_up__customer=customer,
        payment__state=State.SUCCEEDED,
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


def _above_zero(money: Money) -> Money:
    return max(money, Money.zero(money.currency))
