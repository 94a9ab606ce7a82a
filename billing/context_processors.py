"""Both balances for the header of every page (article, step 1)."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from billing.selectors.customer_balances import CustomerBalance, customer_balances


def header_balances(request: HttpRequest) -> dict[str, Any]:
    """`header_balances`: voice, then SMS; empty for strangers and staff without a customer.

    Read when a template first asks: one query on a page with the header, none for a fragment.
    """
    return {"header_balances": SimpleLazyObject(lambda: _balances(request))}


def _balances(request: HttpRequest) -> list[CustomerBalance]:
    customer = getattr(request, "customer", None)  # missing on errors before its middleware
    return customer_balances(customer) if customer else []
