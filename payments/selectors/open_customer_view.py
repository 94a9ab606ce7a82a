"""The look at a customer's portal that a member of staff is having."""

from datetime import datetime

from accounts.models import User
from payments.models import CustomerView

MAY_VIEW = "payments.view_as_customer"


def open_customer_view(*, view_id: int, viewer: User, now: datetime) -> CustomerView | None:
    """None once it is stopped or over, or when `viewer` may not look (any more)."""
    if not (viewer.is_active and viewer.is_staff and viewer.has_perm(MAY_VIEW)):
        return None
    view = CustomerView.objects.filter(pk=view_id, viewer=viewer).first()
    return view if view and view.is_open(now) else None
