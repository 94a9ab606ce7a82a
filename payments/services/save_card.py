"""Remembers a card that the gateway keeps for a customer."""

from datetime import datetime

from django.db import transaction

from accounts.models import Customer
from payments.gateways.base import KeptCard
from payments.models.refill import SavedCard
from payments.services.mail_refill import mail_refill


@transaction.atomic
def save_card(*, customer: Customer, kept: KeptCard, now: datetime) -> SavedCard:
    """The card, last in the customer's order; told by e-mail (S14). A second call with the same
    card of the gateway returns the first one and changes nothing, also when it was removed."""
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if known := SavedCard.objects.filter(gateway_id=kept.card_id).first():
        return known
    newest = SavedCard.objects.filter(customer=customer).order_by("-position").first()
    card = SavedCard.objects.create(
        customer=customer,
        gateway_id=kept.card_id,
        brand=kept.brand,
        last_four=kept.last_four,
        expires_year=kept.expires_year,
        expires_month=kept.expires_month,
        fingerprint=kept.fingerprint,
        position=newest.position + 1 if newest else 1,
        created_at=now,
    )
    mail_refill(
        customer=customer,
        key=f"card-saved:{card.pk}",
        template="card_saved",
        context={"card": card},
        now=now,
    )
    return card
