"""The most that can be added to a balance now, and why: shown before, checked at Checkout."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from accounts.models import Customer
from billing.models import Purse
from billing.selectors.customer_balances import CustomerBalance, customer_balances
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text
from payments.models import Payment, PaymentFact
from payments.selectors.top_up_currency import top_up_currency
from payments.selectors.top_up_limits import is_offered, top_up_limits
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


@dataclass(frozen=True, slots=True)
class _Known:
    """`under_way` by purse; `asked` within a day by currency, over both purses, for a customer
    who is new, and None for any other."""

    balances: list[CustomerBalance]
    under_way: dict[str, Decimal]
    asked: dict[str, Decimal] | None


def top_up_ceilings(
    *, customer: Customer, purse: Purse, currency: str, now: datetime
) -> list[Ceiling]:
    """Every rule that caps a top-up of this balance now; the lowest one decides."""
    known = _known(customer, customer_balances(customer), now)
    return _ceilings(known, purse, currency)


def ceilings_by_purse(
    *, customer: Customer, balances: list[CustomerBalance], now: datetime
) -> dict[Purse, list[Ceiling]]:
    """The same of each balance; none while its currency is not chosen, or not offered any more.
    Two queries."""
    known = _known(customer, balances, now)
    currencies = {one.purse: top_up_currency(customer, one.purse) or "" for one in balances}
    return {
        purse: _ceilings(known, purse, currency) if is_offered(currency) else []
        for purse, currency in currencies.items()
    }


def is_new_customer(*, customer: Customer, now: datetime) -> bool:
    """Until a payment that was neither refunded nor disputed is NEW_CUSTOMER_DAYS old."""
    return not PaymentFact.objects.filter(
        payment__top_up__customer=customer,
        payment__state=State.SUCCEEDED,
        kind=FactKind.CAPTURE,
        occurred_at__lt=now - timedelta(days=settings.NEW_CUSTOMER_DAYS),
    ).exists()


def _ceilings(known: _Known, purse: Purse, currency: str) -> list[Ceiling]:
    if not is_offered(currency):
        return [Ceiling(Money.zero(currency), _("a currency that is not offered any more"))]
    limits = top_up_limits(currency)
    ceilings = [
        Ceiling(Money(limits["top_up_max"], currency), _("one top-up")),
        Ceiling(
            _above_zero(Money(limits["balance_max"], currency) - _held(known, purse, currency)),
            _("this balance, open payments included"),
        ),
    ]
    if known.asked is not None:
        asked = Money(known.asked.get(currency, Decimal(0)), currency)
        left = Money(limits["new_customer_daily_max"], currency) - asked
        ceilings.append(Ceiling(_above_zero(left), _("a new customer within 24 hours")))
    return ceilings


def _held(known: _Known, purse: Purse, currency: str) -> Money:
    """What is on the balance and what is on its way to it."""
    balance = next(one for one in known.balances if one.purse == purse)
    return balance.money + Money(known.under_way.get(purse, Decimal(0)), currency)


def _known(customer: Customer, balances: list[CustomerBalance], now: datetime) -> _Known:
    """Asked for within a day counts what is paid or still payable."""
    a_day_ago = now - timedelta(days=1)
    counted = Q(created_at__gt=a_day_ago) & ~Q(state__in=DEAD)
    rows = (
        Payment.objects.filter(Q(state__in=OPEN) | counted, top_up__customer=customer)
        .values_list("top_up__purse", "currency")
        .annotate(
            under_way=Sum("amount", filter=Q(state__in=OPEN), default=Decimal(0)),
            asked=Sum("amount", filter=counted, default=Decimal(0)),
        )
    )
    under_way: dict[str, Decimal] = defaultdict(Decimal)
    asked: dict[str, Decimal] = defaultdict(Decimal)
    for purse, currency, purse_under_way, purse_asked in rows:
        under_way[purse] += purse_under_way
        asked[currency] += purse_asked
    return _Known(
        balances, under_way, asked if is_new_customer(customer=customer, now=now) else None
    )


def _above_zero(money: Money) -> Money:
    return max(money, Money.zero(money.currency))
