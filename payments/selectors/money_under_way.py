"""Money for a balance that is on its way and not credited yet."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from accounts.models import Customer
from billing.models import Purse
from commpeak.lib.money import Money
from payments.models import Payment
from payments.states import State

# A card form that is open may be paid any moment; one that was left is no money under way, and
# must not keep a refill from coming for the day that it stays payable.
BEING_PAID_FOR = timedelta(minutes=15)


def money_under_way(*, customer: Customer, purse: Purse, currency: str, now: datetime) -> Money:
    """What outside parties are deciding on, and what the customer may be paying right now."""
    being_paid = Q(
        state__in=[State.CREATED, State.AWAITING_CUSTOMER], created_at__gt=now - BEING_PAID_FOR
    )
    payments = Payment.objects.filter(
        Q(state=State.PROCESSING) | being_paid, top_up__customer=customer, top_up__purse=purse
    )
    return Money(payments.aggregate(sum=Sum("amount", default=Decimal(0)))["sum"], currency)
