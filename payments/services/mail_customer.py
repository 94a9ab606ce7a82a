"""Tells a customer by e-mail what happened to a payment or refund of theirs."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from accounts.models import Customer
from accounts.selectors.notification_address import notification_address
from accounts.services.queue_email import queue_email


def mail_customer(
    *, customer: Customer, key: str, template: str, context: Mapping[str, object], now: datetime
) -> None:
    """Queues it once per `key`, with times in the customer's zone; joins the caller's atomic."""
    address = notification_address(customer)
    if not address:
        return
    with timezone.override(customer.time_zone):
        queue_email(
            key=key, to=address, template=template, context=context, now=now, customer=customer
        )
