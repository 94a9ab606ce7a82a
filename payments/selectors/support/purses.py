"""Both balances with their limits, for the top of the customer page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Customer
from billing.selectors.customer_balances import CustomerBalance, customer_balances
from payments.selectors.top_up_ceilings import Ceiling, ceilings_by_purse


@dataclass(frozen=True, slots=True)
class PurseLimits:
    """`ceilings` are what a top-up may be now, the lowest first; empty while the currency of SMS
    is not chosen."""

    balance: CustomerBalance
    ceilings: list[Ceiling]


def purse_limits(*, customer: Customer, now: datetime) -> list[PurseLimits]:
    """Three queries."""
    balances = customer_balances(customer)
    ceilings = ceilings_by_purse(customer=customer, balances=balances, now=now)
    return [
        PurseLimits(one, sorted(ceilings[one.purse], key=lambda ceiling: ceiling.most))
        for one in balances
    ]
