"""A member of staff has seen enough of a customer's portal."""

from datetime import datetime

from payments.models import CustomerView


def stop_customer_view(*, view_id: int, now: datetime) -> bool:
    """Whether it was open until now; a second call changes nothing."""
    return bool(CustomerView.objects.filter(pk=view_id, ended_at=None).update(ended_at=now))
