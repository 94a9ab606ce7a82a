"""Approved refunds that a worker should take up now."""

from datetime import datetime

from payments.models import Refund

FOUND_AT_ONCE_MAX = 100


def due_refunds(*, now: datetime) -> list[int]:
    """Ids, longest waiting first, at most 100; process_refund claims each for itself."""
    due = Refund.objects.filter(due_at__lte=now).order_by("due_at")
    return list(due.values_list("pk", flat=True)[:FOUND_AT_ONCE_MAX])
