"""In which currency a balance is topped up (article, "currency selection")."""

from accounts.models import Customer
from billing.models import Purse


def top_up_currency(customer: Customer, purse: Purse) -> str | None:
    """Voice uses the account currency; None for SMS until the customer has chosen."""
    if purse == Purse.VOICE:
        return customer.currency
    return customer.sms_currency or None
