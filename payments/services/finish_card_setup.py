"""Looks whether a card has been saved, and gives it to the rule it was saved for."""

from datetime import datetime, timedelta

from django.db import transaction

from payments.gateways.base import KeptCard
from payments.gateways.registry import VAULT
from payments.gateways.vault import SetupSnapshot
from payments.models.refill import AutoRefillRule, CardSetup
from payments.services.end_tested_setup import end_tested_setup
from payments.services.give_rule_card import give_rule_card
from payments.services.lock_refill_rules import lock_refill_rules
from payments.services.save_card import save_card

LOOK_AGAIN_AFTER = timedelta(minutes=10)
GIVEN_UP_AFTER = timedelta(hours=24)


def finish_card_setup(*, setup_id: int, now: datetime) -> SetupSnapshot:
    """The way back, the page and the sweep all come through here. A second call changes nothing.

    Raises GatewayError. Must not be called inside a transaction.
    """
    setup = CardSetup.objects.select_related("customer", "replaces").get(pk=setup_id)
    snapshot = end_tested_setup(setup=setup, snapshot=VAULT.fetch_setup(setup.gateway_id), now=now)
    if now - setup.created_at > GIVEN_UP_AFTER and not (snapshot.card or snapshot.is_ended):
        snapshot = VAULT.cancel_setup(setup.gateway_id)  # nobody would look at it any more
    if snapshot.card:
        _keep(setup, snapshot.card, now)
    else:
        again = None if snapshot.is_ended else now + LOOK_AGAIN_AFTER
        # a page that looks before the sweep would, moves nothing
        CardSetup.objects.filter(pk=setup_id, card=None, look_at__lte=now).update(look_at=again)
    return snapshot


@transaction.atomic(durable=True)
def _keep(setup: CardSetup, kept: KeptCard, now: datetime) -> None:
    rules = lock_refill_rules(customer=setup.customer)
    if CardSetup.objects.filter(pk=setup.pk).exclude(card=None).exists():
        return
    card = save_card(
        customer=setup.customer, rules=rules, kept=kept, replaces=setup.replaces, now=now
    )
    CardSetup.objects.filter(pk=setup.pk).update(card=card, look_at=None)
    for rule in rules:
        if rule.pk == setup.rule_id and rule.state != AutoRefillRule.State.DISABLED:
            give_rule_card(rule=rule, card=card, now=now)
