"""Counts the cards that were refused while one was to be saved, and ends what tries out cards."""

from datetime import datetime

from accounts.models import CountedTry
from accounts.services.count_try import count_try
from payments.gateways.registry import VAULT
from payments.gateways.vault import SetupSnapshot
from payments.models.refill import CardSetup
from payments.selectors.declines import (
    DECLINES_PER_PAYMENT_MAX,
    address_has_too_many_declines,
    customer_has_too_many_declines,
)
from payments.selectors.refused_cards import CARD_REFUSED
from payments.services.start_card_setup import setup_source


def end_tested_setup(*, setup: CardSetup, snapshot: SetupSnapshot, now: datetime) -> SetupSnapshot:
    """`snapshot`, or what it is after the setup was ended for too many refusals: of its own, of
    the customer or, once a card was refused, of the address. A second call counts nothing more.

    Raises GatewayError. Must not be called inside a transaction.
    """
    if not snapshot.refused:
        return snapshot
    begun = CountedTry.objects.filter(source=setup_source(setup)).first()
    ip_address = begun.ip_address if begun else None
    for refused in snapshot.refused:
        count_try(
            what=CARD_REFUSED,
            source=f"card-refused:{refused}",
            customer=setup.customer,
            ip_address=ip_address,
            now=now,
        )
    is_over = (
        len(snapshot.refused) >= DECLINES_PER_PAYMENT_MAX
        or customer_has_too_many_declines(customer_id=setup.customer_id, now=now)
        or address_has_too_many_declines(ip_address=ip_address, now=now)
    )
    if is_over and not (snapshot.is_ended or snapshot.card):
        return VAULT.cancel_setup(setup.gateway_id)
    return snapshot
