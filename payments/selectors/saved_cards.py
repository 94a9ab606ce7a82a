"""The customer's saved cards in the order in which they are tried."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Customer
from billing.models import Purse
from payments.models.refill import WARNED_BEFORE, AutoRefillRule, SavedCard
from payments.selectors.card_to_charge import first_to_charge


@dataclass(frozen=True, slots=True)
class ListedCard:
    """`first_for` are the balances whose refill tries it first, by name; `is_first` when all of
    them do, or would."""

    card: SavedCard
    first_for: list[str]
    is_first: bool
    is_expired: bool
    expires_soon: bool


def saved_cards(*, customer: Customer, now: datetime) -> list[ListedCard]:
    """Two queries."""
    cards = list(SavedCard.objects.filter(customer=customer, removed_at=None))
    firsts = _firsts(customer, cards, now)
    listed = [_listed(card, firsts, is_on_top=card is cards[0], now=now) for card in cards]
    return sorted(listed, key=lambda item: not item.first_for)


def _firsts(customer: Customer, cards: list[SavedCard], now: datetime) -> dict[str, int | None]:
    """Which card each refill tries first, by the name of its balance."""
    have_none = [AutoRefillRule.State.SETTING_UP, AutoRefillRule.State.DISABLED]
    rules = AutoRefillRule.objects.filter(customer=customer).exclude(state__in=have_none)
    firsts: dict[str, int | None] = {}
    for rule in rules.order_by("pk"):
        first = first_to_charge(rule=rule, cards=cards, now=now)
        firsts[str(Purse(rule.purse).label)] = first.pk if first else None
    return firsts


def _listed(
    card: SavedCard, firsts: dict[str, int | None], *, is_on_top: bool, now: datetime
) -> ListedCard:
    first_for = [name for name, first in firsts.items() if first == card.pk]
    return ListedCard(
        card=card,
        first_for=first_for,
        is_first=len(first_for) == len(firsts) if firsts else is_on_top,
        is_expired=card.is_expired(now),
        expires_soon=card.is_expired(now + WARNED_BEFORE),
    )
