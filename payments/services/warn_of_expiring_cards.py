"""Once a day: cards of refills that are on and will not be valid in 30 days."""

from datetime import datetime

from django.db import transaction

from commpeak.lib.one_by_one import one_by_one
from payments.models.refill import WARNED_BEFORE, AutoRefillRule
from payments.refill_reasons import Reason
from payments.selectors.card_to_charge import card_to_charge
from payments.services.mail_refill import mail_refill
from payments.services.note_refill import note_refill


def warn_of_expiring_cards(*, now: datetime) -> int:
    """One e-mail per card and expiry, and a line in the rule's history; how many rules. A second
    call mails nothing more."""
    rules = AutoRefillRule.objects.filter(state=AutoRefillRule.State.ACTIVE)
    return one_by_one(
        rules.values_list("pk", flat=True).iterator(),
        lambda rule_id: _warn(rule_id, now),
        trouble="expiring_card_not_told",
    )


@transaction.atomic
def _warn(rule_id: int, now: datetime) -> bool:
    locked = AutoRefillRule.objects.select_for_update(of=("self",), no_key=True)
    rule = locked.select_related("customer").get(pk=rule_id)
    card = card_to_charge(rule=rule, now=now)
    if card is None or not card.is_expired(now + WARNED_BEFORE):
        return False
    facts = {"card": str(card), "month": card.expires}
    if rule.notes.filter(code=Reason.CARD_EXPIRING, facts=facts).exists():
        return False
    note_refill(rule=rule, code=Reason.CARD_EXPIRING, facts=facts, now=now)
    mail_refill(
        customer=rule.customer,
        key=f"card-expiring:{card.pk}:{card.expires}",
        template="card_expiring",
        context={"card": card},
        now=now,
    )
    return True
