"""The customer pauses a rule, in the profile or by the link in an e-mail."""

from datetime import datetime

from django.db import transaction

from payments.models.refill import AutoRefillRule
from payments.refill_reasons import Reason
from payments.services.pause_rule import pause_rule


@transaction.atomic(durable=True)
def pause_refill(*, rule_id: int, by_link: bool, now: datetime) -> AutoRefillRule:
    """Nothing is charged by it until it is resumed; money under way is still credited. One that is
    paused, off or waiting for its card stays as it is."""
    locked = AutoRefillRule.objects.select_for_update(of=("self",), no_key=True)
    rule = locked.select_related("customer").get(pk=rule_id)
    pause_rule(rule=rule, reason=Reason.PAUSED_BY_LINK if by_link else Reason.PAUSED, now=now)
    return rule
