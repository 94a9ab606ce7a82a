"""Looks again at every promised bonus, in case the last look failed or the rest never came."""

from datetime import datetime

from django.db import transaction

from billing.models import PromoRedemption
from payments.models import TopUp
from payments.services.settle_promo import settle_promo

TOP_UPS_MAX = 10_000  # a night's work; the oldest reservations first


def settle_promos(*, now: datetime) -> None:
    """Settles the promo of every top-up that holds a reservation, each in its own transaction.

    Changes nothing where nothing was missed: a second call finds the same and does the same.
    """
    reserved = PromoRedemption.objects.filter(state=PromoRedemption.State.RESERVED)
    sources = reserved.order_by("reserved_at").values_list("source", flat=True)[:TOP_UPS_MAX]
    for top_up in TopUp.objects.filter(reference__in=list(sources)):
        with transaction.atomic():
            settle_promo(top_up=top_up, now=now)
