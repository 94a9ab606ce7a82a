"""Changes the numbers of a rule, and perhaps the card it charges first."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Customer
from billing.models import Purse
from billing.services.queue_due_balance import queue_due_balance
from commpeak.lib.errors import Refused
from payments.models.refill import AutoRefillRule, SavedCard
from payments.refill_numbers import RefillNumbers
from payments.refill_reasons import Reason
from payments.services.give_rule_card import give_rule_card
from payments.services.write_refill_rule import lock_refill_rule, write_refill_rule


@transaction.atomic(durable=True)
def change_refill(
    *,
    customer: Customer,
    purse: Purse,
    numbers: RefillNumbers,
    card: SavedCard | None,
    ip_address: str | None,
    now: datetime,
) -> AutoRefillRule:
    """The customer agrees anew: text, time and address are kept, the change is mailed. `card`
    None keeps the card. What the day has used stays used. Raises Refused for numbers that cannot
    work and when there is no rule. A second call writes the same again."""
    rule = lock_refill_rule(customer=customer, purse=purse)
    if rule is None or rule.state == AutoRefillRule.State.DISABLED:
        raise Refused(_("Automatic refill of this balance is off."))
    write_refill_rule(
        rule=rule, numbers=numbers, code=Reason.CHANGED, ip_address=ip_address, now=now
    )
    if card and (card.pk != rule.card_id or card.refused_at):
        give_rule_card(rule=rule, card=card, now=now)
    queue_due_balance(account_id=rule.balance_id, look_at=now)
    return rule
