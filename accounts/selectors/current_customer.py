"""The customer a user acts for."""

from accounts.models import Customer, User


def current_customer(user: User) -> Customer | None:
    """The first customer `user` became a member of, address loaded; None without membership.

    One query.
    """
    customers = Customer.objects.select_related("address")
    return customers.filter(memberships__user=user).order_by("memberships__pk").first()
