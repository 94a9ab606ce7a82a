"""Where the customer's e-mails go."""

from accounts.models import Customer


def notification_address(customer: Customer) -> str:
    """The address of the member who is there longest; "" for a customer without members."""
    logins = customer.memberships.order_by("pk").values_list("user__email", flat=True)
    return logins.first() or ""
