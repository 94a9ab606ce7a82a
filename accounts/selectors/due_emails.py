"""Messages of the outbox that should be sent now."""

from datetime import datetime

from accounts.models import OutgoingEmail

FOUND_AT_ONCE_MAX = 500


def due_emails(*, now: datetime) -> list[int]:
    """Ids, longest waiting first, at most 500; send_email claims each for itself."""
    due = OutgoingEmail.objects.filter(due_at__lte=now).order_by("due_at")
    return list(due.values_list("pk", flat=True)[:FOUND_AT_ONCE_MAX])
