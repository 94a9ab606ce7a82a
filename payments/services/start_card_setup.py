"""Begins to save a card without taking money."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Customer
from accounts.services.count_try import count_try
from payments.gateways.registry import VAULT
from payments.gateways.vault import SetupSnapshot
from payments.models.refill import AutoRefillRule, CardSetup, SavedCard
from payments.services.check_card_setup_throttle import CARD_SETUP, check_card_setup_throttle
from payments.services.open_gateway_customer import open_gateway_customer

FIRST_LOOK_AFTER = timedelta(minutes=2)


def start_card_setup(
    *,
    customer: Customer,
    rule: AutoRefillRule | None,
    replaces: SavedCard | None = None,
    ip_address: str | None = None,
    now: datetime,
) -> CardSetup:
    """The setup, known at the gateway; its page shows the card form. `rule` gets the card, which
    takes the place of `replaces`. Asked for from `ip_address`; for a rule from where that was
    agreed to.

    Raises Refused after too many of them, and GatewayError. Must not be called inside a
    transaction.
    """
    if ip_address is None and rule:
        ip_address = rule.consent_address
    with transaction.atomic(durable=True):
        Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
        check_card_setup_throttle(customer=customer, ip_address=ip_address, now=now)
        setup = CardSetup.objects.create(
            customer=customer,
            rule=rule,
            replaces=replaces,
            created_at=now,
            look_at=now + FIRST_LOOK_AFTER,
        )
        count_try(
            what=CARD_SETUP,
            source=setup_source(setup),
            customer=customer,
            ip_address=ip_address,
            now=now,
        )
    begin_card_setup(setup=setup)
    return setup


def setup_source(setup: CardSetup) -> str:
    """Names it among the counted tries."""
    return f"card-setup:{setup.pk}"


def begin_card_setup(*, setup: CardSetup) -> SetupSnapshot:
    """As the gateway has it now; begun there if it was not. Raises GatewayError."""
    if setup.gateway_id:
        return VAULT.fetch_setup(setup.gateway_id)
    customer_id = open_gateway_customer(customer=setup.customer)
    snapshot = VAULT.start_setup(key=f"setup-{setup.key}", customer_id=customer_id)
    CardSetup.objects.filter(pk=setup.pk).update(gateway_id=snapshot.gateway_id)
    setup.gateway_id = snapshot.gateway_id
    return snapshot
