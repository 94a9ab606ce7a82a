"""Keeps when a payment's payer was last known to come from the gateway's page."""

from datetime import datetime

from django.db.models import Q

from payments.models import Payment


def note_agreement(*, payment_id: int, agreed_at: datetime) -> None:
    """Never goes back: an earlier time, or the same again, changes nothing."""
    earlier = Q(agreed_at=None) | Q(agreed_at__lt=agreed_at)
    Payment.objects.filter(earlier, pk=payment_id).update(agreed_at=agreed_at)
