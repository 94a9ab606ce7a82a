"""How often means of payment were refused: the brake on trying out stolen cards."""

from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from commpeak.lib.client_address import neighbours
from payments.models import Decline, Payment
from payments.selectors.refused_cards import cards_refused_near, cards_refused_to

DECLINES_PER_PAYMENT_MAX = 5
DECLINES_PER_CARD_PER_DAY_MAX = 8
DECLINES_PER_CUSTOMER_PER_HOUR_MAX = 10
DECLINES_PER_ADDRESS_PER_HOUR_MAX = 20  # an office behind one address


def has_too_many_declines(*, payment: Payment, now: datetime) -> bool:
    """Whether this payment, its customer, a card tried on it or, once it was refused itself,
    the address it was asked from was refused too often: neighbours who pay never notice.

    Looks back one day, as long as a payment stays open. One query, at most four once refused.
    """
    declines = _declines_since(payment.top_up.customer_id, now - timedelta(days=1))
    of_payment = [decline for decline in declines if decline.payment_id == payment.pk]
    last_hour = [d for d in declines if d.created_at > now - timedelta(hours=1)]
    return (
        len(of_payment) >= DECLINES_PER_PAYMENT_MAX
        or len(last_hour) >= DECLINES_PER_CUSTOMER_PER_HOUR_MAX
        or _is_a_card_refused_too_often(of_payment, now - timedelta(days=1))
        or (bool(of_payment) and _is_its_address_refused_too_often(payment, now))
    )


def waits_for_other_means(payment: Payment) -> bool:
    """Whether the means were refused and the payer has not been at the gateway since: trying
    the same ones again would only collect refusals."""
    latest = payment.declines.aggregate(at=Max("created_at"))["at"]
    return latest is not None and (payment.agreed_at is None or payment.agreed_at <= latest)


def customer_has_too_many_declines(*, customer_id: int, now: datetime) -> bool:
    """Of payments, and of cards that were to be saved."""
    recent = _declines_since(customer_id, now - timedelta(hours=1)).count()
    refused = cards_refused_to(customer_id=customer_id, now=now)
    return recent + refused >= DECLINES_PER_CUSTOMER_PER_HOUR_MAX


def address_has_too_many_declines(*, ip_address: str | None, now: datetime) -> bool:
    """Over all customers. A refill comes from no address."""
    near = neighbours(ip_address)
    if near is None:
        return False
    last_hour = Decline.objects.filter(created_at__gt=now - timedelta(hours=1))
    from_near = last_hour.filter(payment__top_up__ip_address__range=near)
    refused = cards_refused_near(ip_address=ip_address, now=now)
    return from_near.count() + refused >= DECLINES_PER_ADDRESS_PER_HOUR_MAX


def _is_its_address_refused_too_often(payment: Payment, now: datetime) -> bool:
    return address_has_too_many_declines(ip_address=payment.top_up.ip_address, now=now)


def _declines_since(customer_id: int, since: datetime) -> QuerySet[Decline]:
    return Decline.objects.filter(payment__top_up__customer=customer_id, created_at__gt=since)


def _is_a_card_refused_too_often(declines: list[Decline], since: datetime) -> bool:
    """Counted over all customers."""
    fingerprints = {decline.fingerprint for decline in declines if decline.fingerprint}
    if not fingerprints:
        return False
    recent = Decline.objects.filter(fingerprint__in=fingerprints, created_at__gt=since)
    return recent.count() >= DECLINES_PER_CARD_PER_DAY_MAX
