"""Asks for a look at a balance without waiting for its next debit."""

from datetime import datetime

from billing.models import DueBalance


def queue_due_balance(*, account_id: int, look_at: datetime) -> None:
    """Puts the balance into the due queue, or moves its next look to `look_at`."""
    DueBalance.objects.update_or_create(balance_id=account_id, defaults={"look_at": look_at})
