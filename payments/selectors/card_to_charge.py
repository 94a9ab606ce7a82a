"""Which saved card an automatic refill charges next."""

from collections.abc import Iterable
from datetime import datetime

from payments.models.refill import AutoRefillRule, SavedCard


def card_to_charge(*, rule: AutoRefillRule, now: datetime) -> SavedCard | None:
    """As first_to_charge, of all cards that the customer has now. One query."""
    saved = SavedCard.objects.filter(customer=rule.customer_id, removed_at=None)
    return first_to_charge(rule=rule, cards=saved, now=now)


def first_to_charge(
    *, rule: AutoRefillRule, cards: Iterable[SavedCard], now: datetime
) -> SavedCard | None:
    """The rule's own card first, then the others in their order; a card that its bank refused for
    good comes after all that were not. None when no card is valid."""
    valid = [card for card in cards if not card.is_expired(now)]
    valid.sort(key=lambda card: (card.refused_at is not None, card.pk != rule.card_id))
    return valid[0] if valid else None
