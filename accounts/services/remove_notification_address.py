"""Takes a further address off the list."""

from datetime import datetime

from django.db import transaction

from accounts.models import Category, Customer, NotificationAddress
from accounts.services.notify_customer import notify_customer
from accounts.services.queue_email import queue_email


@transaction.atomic
def remove_notification_address(*, customer: Customer, address_id: int, now: datetime) -> None:
    """No more mail goes there. If it was in use, the members and the address itself are told.

    A second call, or one for what is not the customer's, changes nothing.
    """
    addresses = NotificationAddress.objects.select_for_update()
    address = addresses.filter(pk=address_id, customer=customer).first()
    if address is None:
        return
    if address.is_verified:
        _tell(customer, address, now)
    address.delete()


def _tell(customer: Customer, address: NotificationAddress, now: datetime) -> None:
    """By a copy in the outbox too, since the address may not be one for security."""
    key, template = f"address-removed:{address.pk}", "address_removed"
    context = {
        "email": address.email,
        "category": address.get_category_display(),
        "path": "/profile/notifications/",
    }
    notify_customer(
        customer=customer,
        category=Category.SECURITY,
        key=key,
        template=template,
        context=context,
        now=now,
    )
    if address.category != Category.SECURITY:
        queue_email(
            key=f"{key}:itself",
            to=address.email,
            template=template,
            context=context,
            now=now,
            customer=customer,
        )
