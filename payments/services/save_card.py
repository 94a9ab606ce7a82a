"""Remembers a card that the gateway keeps for a customer."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import Customer
from payments.gateways.base import KeptCard
from payments.models.refill import AutoRefillRule, SavedCard
from payments.services.give_rule_card import give_rule_card
from payments.services.mail_refill import mail_refill


@transaction.atomic
def save_card(
    *,
    customer: Customer,
    rules: list[AutoRefillRule],
    kept: KeptCard,
    replaces: SavedCard | None = None,
    now: datetime,
) -> SavedCard:
    """The card, told by e-mail (S14). It takes the place of `replaces`, and of the same physical
    card saved before, in the order and in the refills that charged those; else it comes last.

    `rules` are the customer's, which the caller has locked (lock_refill_rules). A second call with
    the same card of the gateway returns the first one and changes nothing, also when it was
    removed. Locks: customer.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if known := SavedCard.objects.filter(gateway_id=kept.card_id).first():
        return known
    replaced = _replaced_by(kept, customer, replaces)
    card = _create(kept, customer, replaced, now)
    _take_place_of(replaced, card, rules, now)
    mail_refill(
        customer=customer,
        key=f"card-saved:{card.pk}",
        template="card_saved",
        context={"card": card, "replaced": [str(one) for one in replaced]},
        now=now,
    )
    return card


def _replaced_by(kept: KeptCard, customer: Customer, replaces: SavedCard | None) -> list[SavedCard]:
    """A card that was refused for good is not to be tried again under another id."""
    is_same = Q(fingerprint=kept.fingerprint) & ~Q(fingerprint="")
    is_meant = Q(pk=replaces.pk) if replaces else Q(pk=None)
    living = SavedCard.objects.filter(customer=customer, removed_at=None)
    return list(living.filter(is_same | is_meant))


def _create(
    kept: KeptCard, customer: Customer, replaced: list[SavedCard], now: datetime
) -> SavedCard:
    newest = SavedCard.objects.filter(customer=customer).order_by("-position").first()
    last = newest.position + 1 if newest else 1
    return SavedCard.objects.create(
        customer=customer,
        gateway_id=kept.card_id,
        brand=kept.brand,
        last_four=kept.last_four,
        expires_year=kept.expires_year,
        expires_month=kept.expires_month,
        fingerprint=kept.fingerprint,
        position=min((card.position for card in replaced), default=last),
        created_at=now,
    )


def _take_place_of(
    replaced: list[SavedCard], card: SavedCard, rules: list[AutoRefillRule], now: datetime
) -> None:
    ids = [one.pk for one in replaced]
    SavedCard.objects.filter(pk__in=ids).update(removed_at=now, forget_at=now)
    for rule in rules:
        if rule.card_id in ids and rule.state != AutoRefillRule.State.DISABLED:
            give_rule_card(rule=rule, card=card, now=now)
