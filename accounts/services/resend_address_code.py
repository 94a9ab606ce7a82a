"""Another code, since the first one did not arrive or was tried too often."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Customer, NotificationAddress
from accounts.services.send_address_code import send_address_code
from commpeak.lib.errors import Refused


@transaction.atomic
def resend_address_code(*, customer: Customer, address_id: int, now: datetime) -> None:
    """Raises Refused for an address that is confirmed, and as send_address_code does.

    Raises NotificationAddress.DoesNotExist for what is not the customer's.
    """
    Customer.objects.select_for_update().get(pk=customer.pk)
    address = NotificationAddress.objects.select_for_update().get(pk=address_id, customer=customer)
    if address.is_verified:
        raise Refused(_("This address is confirmed already."))
    send_address_code(address=address, now=now)
