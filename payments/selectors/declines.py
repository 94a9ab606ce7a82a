"""How often means of payment were refused: the brake on trying out stolen cards."""

from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from payments.models import Decline, Payment

DECLINES_PER_PAYMENT_MAX = 5
DECLINES_PER_CARD_PER_DAY_MAX = 8
DECLINES_PER_CUSTOMER_PER_HOUR_MAX = 10


def has_too_many_declines(*, payment: Payment, now: datetime) -> bool:
    """Whether this payment, its customer or a card tried on it was refused too often.

    Looks back one day, as long as a payment stays open. One query, two when cards are known.
    """
    declines = _declines_since(payment.top_up.customer_id, now - timedelta(days=1))
    of_payment = [decline for decline in declines if decline.payment_id == payment.pk]
    last_hour = [d for d in declines if d.created_at > now - timedelta(hours=1)]
    return (
        len(of_payment) >= DECLINES_PER_PAYMENT_MAX
        or len(last_hour) >= DECLINES_PER_CUSTOMER_PER_HOUR_MAX
        or _is_a_card_refused_too_often(of_payment, now - timedelta(days=1))
    )


def waits_for_other_means(payment: Payment) -> bool:
    """Whether the means were refused and the payer has not been at the gateway since: trying
    the same ones again would only collect refusals."""
    latest = payment.declines.aggregate(at=Max("created_at"))["at"]
    return latest is not None and (payment.agreed_at is None or payment.agreed_at <= latest)


def customer_has_too_many_declines(*, customer_id: int, now: datetime) -> bool:
    recent = _declines_since(customer_id, now - timedelta(hours=1))
    return recent.count() >= DECLINES_PER_CUSTOMER_PER_HOUR_MAX


def _declines_since(customer_id: int, since: datetime) -> QuerySet[Decline]:
    return Decline.objects.filter(payment__top_up__customer=customer_id, created_at__gt=since)


def _is_a_card_refused_too_often(declines: list[Decline], since: datetime) -> bool:
    """Counted over all customers."""
    fingerprints = {decline.fingerprint for decline in declines if decline.fingerprint}
    if not fingerprints:
        return False
    recent = Decline.objects.filter(fingerprint__in=fingerprints, created_at__gt=since)
    return recent.count() >= DECLINES_PER_CARD_PER_DAY_MAX
