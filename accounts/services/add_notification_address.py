"""Lists a further address for a category; mails go there once it is confirmed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Category, Customer, NotificationAddress
from accounts.selectors.notification_recipients import member_addresses
from accounts.services.send_address_code import send_address_code
from commpeak.lib.errors import Refused

ADDRESSES_PER_CATEGORY_MAX = 5


@transaction.atomic
def add_notification_address(
    *, customer: Customer, category: Category, email: str, now: datetime
) -> NotificationAddress:
    """The address with a code on its way to it (send_address_code); unused until it is confirmed.

    A second call for an unconfirmed address sends a new code. Raises Refused for an address
    that gets these mails already, a list that is full, and too many codes. The caller has made
    sure that it is really the customer who asks (S14).
    """
    Customer.objects.select_for_update().get(pk=customer.pk)
    email = email.lower()
    listed = NotificationAddress.objects.filter(customer=customer, category=category)
    address = listed.filter(email=email).first()
    if email in member_addresses(customer) or (address and address.is_verified):
        raise Refused(_("These messages go to %(email)s already.") % {"email": email})
    if address is None:
        if listed.count() >= ADDRESSES_PER_CATEGORY_MAX:
            raise Refused(
                _("There are %(most)d addresses already. Remove one before you add another.")
                % {"most": ADDRESSES_PER_CATEGORY_MAX}
            )
        address = NotificationAddress.objects.create(
            customer=customer, category=category, email=email, created_at=now
        )
    send_address_code(address=address, now=now)
    return address
