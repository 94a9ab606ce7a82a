"""Settles what a gateway has answered."""

from datetime import datetime

from django.db import transaction

from payments.gateways.base import Snapshot
from payments.models import Payment, PaymentEvent
from payments.services.merge_snapshot import merge_snapshot


@transaction.atomic(durable=True)
def apply_snapshot(
    *,
    payment_id: int,
    snapshot: Snapshot,
    asked_at: datetime,
    source: PaymentEvent.Source,
    now: datetime,
) -> Payment:
    """merge_snapshot as a transaction of its own: when this returns, it is on disk."""
    return merge_snapshot(
        payment_id=payment_id, snapshot=snapshot, asked_at=asked_at, source=source, now=now
    )
