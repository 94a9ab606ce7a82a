"""Rules whose card form was left: they have waited long enough."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from commpeak.lib.one_by_one import one_by_one
from payments.models.refill import AutoRefillRule
from payments.selectors.open_refill import open_refill
from payments.services.end_unbegun_refill import end_unbegun_refill
from payments.services.finish_card_setup import GIVEN_UP_AFTER

# the last look at a card's form comes first, also when the gateway is slow
ENDED_AFTER = GIVEN_UP_AFTER + timedelta(hours=1)


def end_unbegun_refills(*, now: datetime) -> int:
    """How many were ended. One with an open first payment ends with that (settle_refill). A
    second call ends none. Must not be called inside a transaction."""
    waiting = AutoRefillRule.objects.filter(
        state=AutoRefillRule.State.SETTING_UP, consent_at__lt=now - ENDED_AFTER
    )
    return one_by_one(
        waiting.values_list("pk", flat=True),
        partial(_end, now=now),
        trouble="an unbegun refill was not ended",
    )


@transaction.atomic(durable=True)
def _end(rule_id: int, now: datetime) -> bool:
    locked = AutoRefillRule.objects.select_for_update(of=("self",), no_key=True)
    rule = locked.select_related("customer").get(pk=rule_id)
    is_agreed_to_anew = rule.consent_at >= now - ENDED_AFTER
    is_waiting = rule.state == AutoRefillRule.State.SETTING_UP
    if not is_waiting or is_agreed_to_anew or open_refill(rule):
        return False
    end_unbegun_refill(rule=rule, now=now)
    return True
