"""A member of staff begins to see the portal as a customer does."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import REASON_LENGTH, Customer, User
from payments.models import CustomerView

LASTS = timedelta(minutes=30)  # a phone call; whoever needs longer says why again


@transaction.atomic
def start_customer_view(
    *, viewer: User, customer: Customer, reason: str, now: datetime
) -> CustomerView:
    """The look that is open from now on; an earlier one of this viewer ends.

    Gives no right to anything: payments.middleware asks for the permission with each request.
    A second call begins a new look, with a row of its own.
    """
    User.objects.select_for_update(no_key=True).get(pk=viewer.pk)  # two tabs take turns
    CustomerView.objects.filter(viewer=viewer, ended_at=None).update(ended_at=now)
    return CustomerView.objects.create(
        viewer=viewer,
        customer=customer,
        reason=reason[:REASON_LENGTH],
        started_at=now,
        ends_at=now + LASTS,
    )
