"""Statement files that a worker should take up now."""

from datetime import datetime

from payments.models import StatementUpload

FOUND_AT_ONCE_MAX = 50


def due_statement_uploads(*, now: datetime) -> list[int]:
    """Ids, longest waiting first; work_on_statement claims each for itself."""
    due = StatementUpload.objects.filter(due_at__lte=now).order_by("due_at")
    return list(due.values_list("pk", flat=True)[:FOUND_AT_ONCE_MAX])
