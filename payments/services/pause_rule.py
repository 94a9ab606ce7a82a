"""Pauses a rule that the caller has locked, and tells the customer why."""

from datetime import datetime

from payments.models.refill import AutoRefillRule
from payments.refill_reasons import Reason
from payments.refill_texts import pause_text
from payments.selectors.open_refill import charge_under_way
from payments.services.mail_refill import mail_refill
from payments.services.note_refill import note_refill


def pause_rule(*, rule: AutoRefillRule, reason: Reason, now: datetime) -> None:
    """`reason` is shown on every page until it is resumed. One that is off stays off, one that
    still waits for its card has nothing to pause, and one that is paused already keeps its first
    reason."""
    if not rule.can_pause:
        return
    rule.state, rule.paused_reason = AutoRefillRule.State.PAUSED, reason
    rule.save(update_fields=["state", "paused_reason"])
    note_refill(rule=rule, code=Reason.PAUSED, facts={"why": reason}, now=now)
    mail_refill(
        customer=rule.customer,
        key=f"refill-paused:{rule.pk}:{now.isoformat()}",
        template="refill_paused",
        context={
            "rule": rule,
            "why": pause_text(reason),
            "under_way": charge_under_way(rule),
        },
        now=now,
    )
