"""The customer takes a saved card away."""

from datetime import datetime

from django.db import transaction

from payments.gateways.registry import VAULT
from payments.models.refill import AutoRefillRule, SavedCard
from payments.services.mail_refill import mail_refill


def remove_card(*, card_id: int, now: datetime) -> None:
    """Never charged again, here and at the gateway. A charge that is under way with it goes on and
    is credited. Rules go on with the next card; without any, they pause at their next look. A
    second call changes nothing here. Raises GatewayError; it is removed here all the same. Must
    not be called inside a transaction."""
    card = _remove(card_id, now)
    VAULT.forget_card(card.gateway_id)


@transaction.atomic(durable=True)
def _remove(card_id: int, now: datetime) -> SavedCard:
    card = SavedCard.objects.select_for_update().get(pk=card_id)
    if card.removed_at:
        return card
    card.removed_at = now
    card.save(update_fields=["removed_at"])
    AutoRefillRule.objects.filter(card=card).update(card=None)
    mail_refill(
        customer=card.customer,
        key=f"card-removed:{card.pk}",
        template="card_removed",
        context={"card": card},
        now=now,
    )
    return card
