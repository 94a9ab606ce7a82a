"""What the Add credit panel offers for one balance."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from accounts.models import Customer
from billing.models import Purse
from commpeak.lib.money import Money
from payments.selectors.top_up_currency import top_up_currency

_QUICK_AMOUNTS = [Decimal(amount) for amount in (20, 50, 100, 250)]


@dataclass(frozen=True, slots=True)
class TopUpOffer:
    currency: str
    smallest: Money
    largest: Money
    quick_amounts: list[Money]


def top_up_offer(customer: Customer, purse: Purse) -> TopUpOffer:
    """Raises ValueError while the SMS currency is not chosen."""
    currency = top_up_currency(customer, purse)
    if currency is None:
        raise ValueError("the SMS currency is not chosen yet")
    limits = settings.TOP_UP_LIMITS[currency]
    smallest, largest = limits["top_up_min"], limits["top_up_max"]
    return TopUpOffer(
        currency=currency,
        smallest=Money(smallest, currency),
        largest=Money(largest, currency),
        quick_amounts=[
            Money(amount, currency) for amount in _QUICK_AMOUNTS if smallest <= amount <= largest
        ],
    )
