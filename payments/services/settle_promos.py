"""Looks again at every promised bonus, in case the last look failed or the rest never came."""

from datetime import datetime, timedelta

from django.db import transaction

from billing.models import PromoRedemption
from payments.models import PaymentFact, TopUp
from payments.services.settle_promo import settle_promo
from payments.states import FactKind

TOP_UPS_MAX = 10_000  # a night's work; the oldest reservations first
MOVED_WITHIN = timedelta(days=7)  # whatever kept a look from succeeding is mended by then


def settle_promos(*, now: datetime) -> None:
    """Settles the promo of every top-up that holds a reservation, or that was given a bonus and
    whose money went or came back lately, each in its own transaction.

    Changes nothing where nothing was missed: a second call finds the same and does the same.
    """
    sources = [*_reserved(), *_moved_since(now - MOVED_WITHIN)]
    for top_up in TopUp.objects.filter(reference__in=sources):
        with transaction.atomic():
            settle_promo(top_up=top_up, now=now)


def _reserved() -> list[str]:
    reserved = PromoRedemption.objects.filter(state=PromoRedemption.State.RESERVED)
    return list(reserved.order_by("reserved_at").values_list("source", flat=True)[:TOP_UPS_MAX])


def _moved_since(since: datetime) -> list[str]:
    moved = PaymentFact.objects.filter(created_at__gte=since).exclude(kind=FactKind.CAPTURE)
    given = PromoRedemption.objects.filter(
        redeemed_at__isnull=False, source__in=moved.values("payment__top_up__reference")
    )
    return list(given.values_list("source", flat=True)[:TOP_UPS_MAX])
