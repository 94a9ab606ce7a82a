"""The customer's card that is tried before all others."""

from datetime import datetime

from django.db import transaction

from accounts.models import Customer
from payments.models.refill import AutoRefillRule, SavedCard
from payments.services.give_rule_card import give_rule_card
from payments.services.lock_refill_rules import lock_refill_rules

_HAVE_NO_CARD = frozenset({AutoRefillRule.State.SETTING_UP, AutoRefillRule.State.DISABLED})


@transaction.atomic
def put_card_first(*, card_id: int, now: datetime) -> None:
    """Every refill of the customer charges it from now on, which is mailed; the others keep
    their order behind it. One that waits for another card goes on waiting. A second call
    changes nothing. Locks: rules, then customer."""
    card = SavedCard.objects.select_related("customer").get(pk=card_id)
    rules = lock_refill_rules(customer=card.customer)
    _move_to_the_top(card)
    another_chance = SavedCard.objects.filter(pk=card.pk).exclude(refused_at=None)
    was_refused = bool(another_chance.update(refused_at=None))
    for rule in rules:
        if rule.state not in _HAVE_NO_CARD and (rule.card_id != card.pk or was_refused):
            give_rule_card(rule=rule, card=card, now=now)


def _move_to_the_top(card: SavedCard) -> None:
    """Positions are given under the customer's lock, as save_card does."""
    Customer.objects.select_for_update(no_key=True).get(pk=card.customer_id)
    cards = SavedCard.objects.filter(customer=card.customer_id, removed_at=None)
    others = cards.exclude(pk=card.pk).order_by("position", "pk")
    for position, each in enumerate([card, *others], start=1):
        SavedCard.objects.filter(pk=each.pk).update(position=position)
