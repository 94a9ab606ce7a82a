"""Tells a customer about one event: a line under the bell, and a mail to each address."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from accounts.email_text import email_text
from accounts.models import Category, Customer, Notification
from accounts.selectors.notification_recipients import notification_recipients
from accounts.services.queue_email import queue_email
from accounts.time_zones import zone

_ADDRESS_PART = 12  # hex digits: two of a customer's dozen addresses never share it


def notify_customer(
    *,
    customer: Customer,
    category: Category,
    key: str,
    template: str,
    context: Mapping[str, object],
    now: datetime,
) -> bool:
    """Writes both in the caller's transaction; True when this event had not been told before.

    `key` (at most 100 characters, "payment:T-222222222C-1:failed") names the event for ever: a
    second call with it, however late and also when two come at once, writes nothing and
    returns False. `emails/<template>.txt` is the mail; its subject is the line under the bell,
    which leads to `context["path"]`, a path within the portal, if there is one. Times in it are
    in the customer's zone.

    Mail goes to every address of notification_recipients, to none when the customer silenced
    the category. The bell always tells.
    """
    with transaction.atomic(), timezone.override(zone(customer.time_zone)):
        said = email_text(template=template, context=context)
        _notification, is_new = Notification.objects.get_or_create(
            key=key,
            defaults={
                "customer": customer,
                "category": category,
                "title": said.subject,
                "path": str(context.get("path", "")),
                "created_at": now,
            },
        )
        if is_new:
            for address in notification_recipients(customer=customer, category=category):
                queue_email(
                    key=f"{key}:{sha256(address.encode()).hexdigest()[:_ADDRESS_PART]}",
                    to=address,
                    template=template,
                    context=context,
                    now=now,
                    customer=customer,
                )
    return is_new
