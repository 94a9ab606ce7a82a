"""The customer a user acts for."""

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery

from accounts.models import Customer, Notification, User

UNREAD_COUNTED_MAX = 100  # shown as 99+; more is not worth counting on every page


class _Count(Subquery):
    """How many rows a subquery has. Count() cannot stop at a limit."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS found)"
    output_field = IntegerField()


def current_customer(user: User) -> Customer | None:
    """The first customer `user` became a member of, address loaded; None without membership.

    `unread` is set on it, the number of its unread notifications, at most UNREAD_COUNTED_MAX,
    for the bell in every page's header. One query.
    """
    return _customers().filter(memberships__user=user).order_by("memberships__pk").first()


def customer_by_id(customer_id: int) -> Customer:
    """The same of a customer that is known. One query."""
    return _customers().get(pk=customer_id)


def _customers() -> QuerySet[Customer]:
    unread = Notification.objects.filter(customer=OuterRef("pk"), read_at__isnull=True)
    return Customer.objects.select_related("address").annotate(
        unread=_Count(unread.order_by().values("pk")[:UNREAD_COUNTED_MAX])
    )
