"""Both balances of the customer who has an account number, for switches."""

from billing.models import LedgerAccount
from billing.selectors.customer_balances import CustomerBalance, balances_from


def balances_by_number(account_number: str) -> list[CustomerBalance]:
    """Voice, then SMS; empty when nobody has the number. One query."""
    accounts = LedgerAccount.objects.filter(customer__account_number=account_number)
    return balances_from(accounts.select_related("balance"))
