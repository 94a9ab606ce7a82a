"""Who gets a customer's mail about a category."""

from allauth.account.models import EmailAddress

from accounts.models import Category, Customer, NotificationAddress, SilentCategory


def notification_recipients(*, customer: Customer, category: Category) -> list[str]:
    """The members' logins and the category's further addresses, each once, in that order.

    Only addresses whose owner has proven to read them, only members who may log in. Empty when
    the customer silenced the category. Three queries.
    """
    if SilentCategory.objects.filter(customer=customer, category=category).exists():
        return []
    return list(dict.fromkeys([*member_addresses(customer), *_further(customer, category)]))


def member_addresses(customer: Customer) -> list[str]:
    """What the members log in with, in the order in which they became members."""
    members = EmailAddress.objects.filter(
        user__memberships__customer=customer, user__is_active=True, verified=True, primary=True
    )
    emails = members.order_by("user__memberships__pk").values_list("email", flat=True)
    return [email.lower() for email in emails]


def _further(customer: Customer, category: Category) -> list[str]:
    addresses = NotificationAddress.objects.filter(
        customer=customer, category=category, verified_at__isnull=False
    )
    return list(addresses.order_by("pk").values_list("email", flat=True))
