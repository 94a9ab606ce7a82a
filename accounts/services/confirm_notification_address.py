"""The code that we mailed to a further address comes back."""

from datetime import datetime

from django.db import transaction

from accounts.models import Category, Customer, NotificationAddress
from accounts.services.notify_customer import notify_customer
from accounts.services.send_address_code import code_subject
from commpeak.lib.mailed_code import is_code


@transaction.atomic
def confirm_notification_address(
    *, customer: Customer, address_id: int, code: str, now: datetime
) -> NotificationAddress:
    """The address as it is afterwards: confirmed, or with one try fewer.

    From then on mail about its category goes there, and everybody who hears of the customer's
    security is told so (S14). Guesses count one by one under the row's lock, however many come
    at once. One that is confirmed, too late or out of tries stays as it is.
    Raises NotificationAddress.DoesNotExist for what is not the customer's.
    """
    addresses = NotificationAddress.objects.select_for_update()
    address = addresses.get(pk=address_id, customer=customer)
    if not address.takes_codes(now):
        return address
    if is_code(code, address.code_hash, about=code_subject(address)):
        address.verified_at, address.code_hash, address.code_expires_at = now, "", None
        _tell(customer, address, now)
    else:
        address.wrong_codes += 1
    address.save()
    return address


def _tell(customer: Customer, address: NotificationAddress, now: datetime) -> None:
    notify_customer(
        customer=customer,
        category=Category.SECURITY,
        key=f"address-added:{address.pk}",
        template="address_added",
        context={
            "email": address.email,
            "category": address.get_category_display(),
            "path": "/profile/notifications/",
        },
        now=now,
    )
