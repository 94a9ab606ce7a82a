"""Where a customer's mail goes, for the page that changes it."""

from collections import defaultdict
from dataclasses import dataclass

from accounts.models import MAY_BE_SILENT, Category, Customer, NotificationAddress, SilentCategory


@dataclass(frozen=True, slots=True)
class CategoryMail:
    """`addresses` are the further ones, those not confirmed yet included."""

    category: Category
    addresses: list[NotificationAddress]
    may_be_silent: bool
    is_silent: bool


def mail_settings(customer: Customer) -> list[CategoryMail]:
    """Every category in the order of the list. Two queries."""
    addresses: dict[str, list[NotificationAddress]] = defaultdict(list)
    for address in NotificationAddress.objects.filter(customer=customer).order_by("pk"):
        addresses[address.category].append(address)
    silent = set(
        SilentCategory.objects.filter(customer=customer).values_list("category", flat=True)
    )
    return [
        CategoryMail(
            category=category,
            addresses=addresses[category],
            may_be_silent=category in MAY_BE_SILENT,
            is_silent=category in silent,
        )
        for category in Category
    ]
