"""What the Add credit panel offers for one balance."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import Customer
from billing.models import Purse
from commpeak.lib.money import Money
from payments.selectors.top_up_ceilings import Ceiling, top_up_ceilings
from payments.selectors.top_up_currency import top_up_currency
from payments.selectors.top_up_limits import top_up_limits

_QUICK_AMOUNTS = [Decimal(amount) for amount in (20, 50, 100, 250)]


@dataclass(frozen=True, slots=True)
class TopUpOffer:
    """`ceiling` is the lowest one now; below `smallest` nothing can be added for that reason."""

    currency: str
    smallest: Money
    ceiling: Ceiling
    quick_amounts: list[Money]

    @property
    def is_possible(self) -> bool:
        return bool(self.ceiling.most) and self.smallest <= self.ceiling.most


def top_up_offer(*, customer: Customer, purse: Purse, now: datetime) -> TopUpOffer:
    """Raises ValueError while the SMS currency is not chosen."""
    currency = top_up_currency(customer, purse)
    if currency is None:
        raise ValueError("the SMS currency is not chosen yet")
    ceilings = top_up_ceilings(customer=customer, purse=purse, currency=currency, now=now)
    smallest = Money(top_up_limits(currency)["top_up_min"], currency)
    lowest = min(ceilings, key=lambda ceiling: ceiling.most.amount)
    quick = [Money(amount, currency) for amount in _QUICK_AMOUNTS]
    return TopUpOffer(
        currency=currency,
        smallest=smallest,
        ceiling=lowest,
        quick_amounts=[amount for amount in quick if smallest <= amount <= lowest.most],
    )
