"""Lets a rule that the caller has locked charge another card first."""

from datetime import datetime

from billing.services.queue_due_balance import queue_due_balance
from payments.models.refill import AutoRefillRule, SavedCard
from payments.refill_reasons import Reason
from payments.services.mail_refill import mail_refill
from payments.services.note_refill import note_refill
from payments.services.tell_refill import tell_turned_on


def give_rule_card(*, rule: AutoRefillRule, card: SavedCard, now: datetime) -> None:
    """A rule that waited for its card is on now. Declines of the last card are forgotten, and a
    card that was refused before gets another chance, now if the balance is low. The same card
    again changes nothing."""
    SavedCard.objects.filter(pk=card.pk).update(refused_at=None)
    is_new, is_first = rule.card_id != card.pk, rule.state == AutoRefillRule.State.SETTING_UP
    if is_first:
        rule.state = AutoRefillRule.State.ACTIVE
    rule.card = card
    rule.declines_in_a_row, rule.declined_at, rule.not_before = 0, None, None
    rule.save()
    queue_due_balance(account_id=rule.balance_id, look_at=now)
    if not is_new:
        return
    note_refill(rule=rule, code=Reason.CARD_CHANGED, facts={"card": str(card)}, now=now)
    if is_first:
        tell_turned_on(rule=rule, now=now)
        return
    mail_refill(
        customer=rule.customer,
        key=f"refill-card:{rule.pk}:{card.pk}:{now.isoformat()}",
        template="refill_changed",
        context={"rule": rule, "what": f"{card}", "kind": "card"},
        now=now,
    )
