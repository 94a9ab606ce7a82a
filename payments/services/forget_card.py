"""Has the gateway forget a card that was removed here."""

from datetime import datetime, timedelta

from payments.gateways.registry import VAULT
from payments.models.refill import SavedCard

ASKED_AGAIN_AFTER = timedelta(minutes=10)


def forget_card(*, card_id: int, now: datetime) -> None:
    """A call that fails, or dies before the gateway's answer, leaves it to the sweep. A second
    call after an answer does nothing. Raises GatewayError. Must not be called inside a
    transaction."""
    removed = SavedCard.objects.filter(pk=card_id).exclude(forget_at=None)
    if removed.update(forget_at=now + ASKED_AGAIN_AFTER):
        VAULT.forget_card(SavedCard.objects.get(pk=card_id).gateway_id)
        removed.update(forget_at=None)
