"""Once a day: balances under their threshold that nobody is going to look at."""

from datetime import datetime

from django.db.models import F, Q

from billing.services.queue_due_balance import queue_due_balance
from payments.models.refill import AutoRefillRule


def requeue_missed_refills(*, now: datetime) -> list[int]:
    """Balance ids, queued now. The due queue is written by the debits themselves, so this finds
    none unless somebody has emptied it; a second call finds none."""
    missed = AutoRefillRule.objects.filter(
        Q(balance__due=None) | Q(balance__due__look_at=None),
        state=AutoRefillRule.State.ACTIVE,
        balance__amount__lt=F("threshold"),
    )
    balance_ids = list(missed.values_list("balance_id", flat=True))
    for balance_id in balance_ids:
        queue_due_balance(account_id=balance_id, look_at=now)
    return balance_ids
