"""How often cards were refused: the brake on trying out stolen cards."""

from datetime import datetime, timedelta

from payments.models import Decline, Payment

DECLINES_PER_PAYMENT_MAX = 5
DECLINES_PER_CARD_PER_DAY_MAX = 8
DECLINES_PER_CUSTOMER_PER_HOUR_MAX = 10


def has_too_many_declines(*, payment: Payment, now: datetime) -> bool:
    """Whether this payment, or the card last tried on it, has been refused too often."""
    declines = list(payment.declines.values_list("fingerprint", flat=True))
    if len(declines) >= DECLINES_PER_PAYMENT_MAX:
        return True
    fingerprints = {fingerprint for fingerprint in declines if fingerprint}
    recent = Decline.objects.filter(
        fingerprint__in=fingerprints, created_at__gt=now - timedelta(days=1)
    )
    return bool(fingerprints) and recent.count() >= DECLINES_PER_CARD_PER_DAY_MAX


def customer_has_too_many_declines(*, customer_id: int, now: datetime) -> bool:
    recent = Decline.objects.filter(
        payment__top_up__customer_id=customer_id, created_at__gt=now - timedelta(hours=1)
    )
    return recent.count() >= DECLINES_PER_CUSTOMER_PER_HOUR_MAX
