"""Tells a customer by e-mail what their automatic refill did, or what was changed about it."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import Customer
from accounts.services.queue_email import queue_email
from accounts.time_zones import is_time_zone


def mail_refill(
    *, customer: Customer, key: str, template: str, context: Mapping[str, object], now: datetime
) -> None:
    """Queues `emails/<template>.txt` for the customer's first member, times in their zone.

    Joins the caller's transaction. A second call with the same `key` queues nothing more.
    """
    member = customer.members.order_by("memberships__pk").first()
    if member is None:
        return
    zone = customer.time_zone if is_time_zone(customer.time_zone) else "UTC"
    with timezone.override(ZoneInfo(zone)):
        queue_email(
            key=key,
            to=member.email,
            template=template,
            context={**context, "customer": customer},
            now=now,
            customer=customer,
        )
