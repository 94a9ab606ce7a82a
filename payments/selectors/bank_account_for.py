"""The bank account that customers who pay in a currency send their wires to."""

from payments.models.wire import BankAccount


def bank_account_for(currency: str) -> BankAccount | None:
    """At most one is shown per currency: the database sees to that. One query."""
    return BankAccount.objects.filter(currency=currency, is_active=True, is_default=True).first()
