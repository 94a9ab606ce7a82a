"""Mails the customer what to write on the wire, to have it at hand in the bank."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from accounts.selectors.notification_address import notification_address
from accounts.services.queue_email import queue_email
from payments.gateways.wire.profile import INSTRUCTIONS_PAGE
from payments.models import TopUp
from payments.selectors.wire_instructions import wire_instructions


def email_wire_instructions(*, top_up: TopUp, now: datetime) -> None:
    """One message per top-up, whose reference stays the same for another try. Queues nothing
    when there is no bank account or nobody to write to."""
    instructions = wire_instructions(top_up)
    address = notification_address(top_up.customer)
    if instructions is None or not address:
        return
    page = settings.SITE_URL + reverse(INSTRUCTIONS_PAGE, args=[top_up.reference])
    queue_email(
        key=f"wire-instructions:{top_up.reference}",
        to=address,
        template="wire-instructions",
        context={"top_up": top_up, "instructions": instructions, "page": page},
        now=now,
        customer=top_up.customer,
    )
