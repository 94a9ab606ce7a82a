"""Ends a rule, which the caller has locked, whose card never came."""

from datetime import datetime

from billing.models import MarkReason
from billing.services.set_low_balance_mark import set_low_balance_mark
from payments.models.refill import AutoRefillRule
from payments.refill_reasons import Reason
from payments.services.note_refill import note_refill
from payments.services.tell_refill import tell_not_begun


def end_unbegun_refill(*, rule: AutoRefillRule, now: datetime) -> None:
    """Off, and the customer is told, who may rely on it. One that is not waiting for its card
    stays as it is."""
    if rule.state != AutoRefillRule.State.SETTING_UP:
        return
    rule.state = AutoRefillRule.State.DISABLED
    rule.save(update_fields=["state"])
    set_low_balance_mark(account_id=rule.balance_id, reason=MarkReason.REFILL, mark=None)
    note_refill(rule=rule, code=Reason.NOT_BEGUN, facts={}, now=now)
    tell_not_begun(rule=rule, now=now)
