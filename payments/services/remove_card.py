"""The customer takes a saved card away."""

from datetime import datetime

from django.db import transaction

from payments.models.refill import AutoRefillRule, SavedCard
from payments.refill_reasons import Reason
from payments.services.forget_card import forget_card
from payments.services.lock_refill_rules import lock_refill_rules
from payments.services.mail_refill import mail_refill
from payments.services.note_refill import note_refill


def remove_card(*, card_id: int, now: datetime) -> None:
    """Never charged again, here and at the gateway. A charge that is under way with it goes on and
    is credited. Rules go on with the next card; without any, they pause at their next look. A
    second call changes nothing here. Raises GatewayError; it is removed here all the same, and
    the sweep asks the gateway again. Must not be called inside a transaction."""
    _remove(card_id, now)
    forget_card(card_id=card_id, now=now)


@transaction.atomic(durable=True)
def _remove(card_id: int, now: datetime) -> None:
    """Locks: rules, then the card."""
    card = SavedCard.objects.select_related("customer").get(pk=card_id)
    rules = lock_refill_rules(customer=card.customer)
    living = SavedCard.objects.filter(pk=card_id, removed_at=None)
    if not living.update(removed_at=now, forget_at=now):
        return
    for rule in rules:
        if rule.card_id == card_id:
            _take_from(rule, card, now)
    mail_refill(
        customer=card.customer,
        key=f"card-removed:{card.pk}",
        template="card_removed",
        context={"card": card},
        now=now,
    )


def _take_from(rule: AutoRefillRule, card: SavedCard, now: datetime) -> None:
    rule.card = None
    rule.save(update_fields=["card"])
    note_refill(rule=rule, code=Reason.CARD_REMOVED, facts={"card": str(card)}, now=now)
