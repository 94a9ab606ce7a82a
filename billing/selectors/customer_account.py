"""Finds the ledger account behind a customer's balance."""

from accounts.models import Customer
from billing.models import AccountKind, LedgerAccount, Purse


def customer_account(*, customer: Customer, purse: Purse) -> LedgerAccount:
    """The balance account of `purse`; raises LedgerAccount.DoesNotExist before open_balances."""
    return LedgerAccount.objects.get(customer=customer, purse=purse, kind=AccountKind.BALANCE)
