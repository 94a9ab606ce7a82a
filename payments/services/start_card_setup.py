"""Begins to save a card without taking money."""

from datetime import datetime, timedelta

from accounts.models import Customer
from payments.gateways.registry import VAULT
from payments.gateways.vault import SetupSnapshot
from payments.models.refill import AutoRefillRule, CardSetup, SavedCard
from payments.services.open_gateway_customer import open_gateway_customer

FIRST_LOOK_AFTER = timedelta(minutes=2)


def start_card_setup(
    *,
    customer: Customer,
    rule: AutoRefillRule | None,
    replaces: SavedCard | None = None,
    now: datetime,
) -> CardSetup:
    """The setup, known at the gateway; its page shows the card form. `rule` gets the card, which
    takes the place of `replaces`.

    Raises GatewayError. Must not be called inside a transaction.
    """
    setup = CardSetup.objects.create(
        customer=customer,
        rule=rule,
        replaces=replaces,
        created_at=now,
        look_at=now + FIRST_LOOK_AFTER,
    )
    begin_card_setup(setup=setup)
    return setup


def begin_card_setup(*, setup: CardSetup) -> SetupSnapshot:
    """As the gateway has it now; begun there if it was not. Raises GatewayError."""
    if setup.gateway_id:
        return VAULT.fetch_setup(setup.gateway_id)
    customer_id = open_gateway_customer(customer=setup.customer)
    snapshot = VAULT.start_setup(key=f"setup-{setup.key}", customer_id=customer_id)
    CardSetup.objects.filter(pk=setup.pk).update(gateway_id=snapshot.gateway_id)
    setup.gateway_id = snapshot.gateway_id
    return snapshot
