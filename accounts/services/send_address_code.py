"""Mails a code to an address that wants to be notified."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import NotificationAddress, OutgoingEmail
from accounts.services.queue_email import queue_email
from commpeak.lib.errors import Refused
from commpeak.lib.mailed_code import code_hash, new_code

CODE_IS_VALID_FOR = timedelta(hours=24)  # whoever reads the mailbox may sit in another office
# Nobody's mailbox is flooded from here, whoever's it is.
CODES_PER_DAY_MAX = 10
PAUSE = timedelta(minutes=1)
_KEY = "address-code"


def send_address_code(*, address: NotificationAddress, now: datetime) -> None:
    """A new code in place of the one before, with all its tries.

    Must run in a transaction that holds the customer's row. Raises Refused, with nothing sent,
    after CODES_PER_DAY_MAX codes of the customer to whatever addresses, and within a minute of
    the last one to this address. Nothing in the message was typed by the customer, as it may
    reach somebody who never heard of us.
    """
    _check_brakes(address, now)
    code = new_code()
    address.code_hash = code_hash(code, about=code_subject(address))
    address.code_expires_at = now + CODE_IS_VALID_FOR
    address.codes_sent += 1
    address.wrong_codes = 0
    address.save()
    queue_email(
        key=f"{_KEY}:{address.pk}:{address.codes_sent}",
        to=address.email,
        template="address_code",
        context={
            "code": code,
            "account_number": address.customer.account_number,
            "category": address.get_category_display(),
        },
        now=now,
        customer=address.customer,
    )


def code_subject(address: NotificationAddress) -> str:
    """What a code is good for: this address for this customer and category."""
    return f"{address.customer_id}\n{address.category}\n{address.email}"


def _check_brakes(address: NotificationAddress, now: datetime) -> None:
    sent = OutgoingEmail.objects.filter(
        customer=address.customer,
        key__startswith=f"{_KEY}:",
        created_at__gt=now - timedelta(days=1),
    )
    if sent.filter(to=address.email, created_at__gt=now - PAUSE).exists():
        raise Refused(_("We have just sent a code. Please wait a minute before the next one."))
    if sent.count() >= CODES_PER_DAY_MAX:
        raise Refused(_("We have sent many codes today. Please try again tomorrow."))
