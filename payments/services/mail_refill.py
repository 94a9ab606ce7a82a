"""Tells a customer what their automatic refill did, or what was changed about it."""

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse

from accounts.models import Category, Customer
from accounts.services.notify_customer import notify_customer


def mail_refill(
    *, customer: Customer, key: str, template: str, context: Mapping[str, object], now: datetime
) -> None:
    """`emails/<template>.txt`, by mail and under the bell, times in the customer's zone.

    Joins the caller's transaction. A second call with the same `key` tells nothing more.
    """
    notify_customer(
        customer=customer,
        category=Category.REFILL,
        key=key,
        template=template,
        context={"path": reverse("refill"), **context},
        now=now,
    )
