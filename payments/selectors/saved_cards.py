"""The customer's saved cards in the order in which they are tried."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Customer
from payments.models.refill import WARNED_BEFORE, SavedCard


@dataclass(frozen=True, slots=True)
class ListedCard:
    card: SavedCard
    is_first: bool
    is_expired: bool
    expires_soon: bool


def saved_cards(*, customer: Customer, now: datetime) -> list[ListedCard]:
    cards = SavedCard.objects.filter(customer=customer, removed_at=None)
    return [
        ListedCard(
            card=card,
            is_first=number == 0,
            is_expired=card.is_expired(now),
            expires_soon=card.is_expired(now + WARNED_BEFORE),
        )
        for number, card in enumerate(cards)
    ]
