"""Locks what may charge a customer's cards."""

from accounts.models import Customer
from payments.models.refill import AutoRefillRule


def lock_refill_rules(*, customer: Customer) -> list[AutoRefillRule]:
    """All of the customer's rules, locked until the transaction ends.

    Whoever changes a card takes them before it: a refill holds its rule when it takes the card.
    """
    rules = AutoRefillRule.objects.select_for_update(of=("self",), no_key=True)
    return list(rules.select_related("customer").filter(customer=customer).order_by("pk"))
