"""What was left half done around automatic refills."""

from datetime import datetime, timedelta

from payments.models import Payment
from payments.models.refill import CardSetup, RefillAttempt, SavedCard
from payments.states import OPEN

# a refill that a worker is busy with right now is none of the sweep's business
SETTLES_WITHIN = timedelta(seconds=30)
FOUND_AT_ONCE_MAX = 500


def unsettled_refills(*, now: datetime) -> list[int]:
    """Payment ids: a worker died between the gateway's answer and our note of it."""
    states = [RefillAttempt.State.CHARGING, RefillAttempt.State.CONFIRMING]
    attempts = RefillAttempt.objects.filter(
        state__in=states, created_at__lt=now - SETTLES_WITHIN
    ).values("top_up")
    decided = Payment.objects.filter(top_up__in=attempts).exclude(state__in=OPEN)
    return list(decided.values_list("pk", flat=True)[:FOUND_AT_ONCE_MAX])


def due_card_setups(*, now: datetime) -> list[int]:
    """Cards that were being saved by customers who have not come back."""
    due = CardSetup.objects.filter(look_at__lte=now).exclude(gateway_id="")
    return list(due.values_list("pk", flat=True)[:FOUND_AT_ONCE_MAX])


def cards_to_forget(*, now: datetime) -> list[int]:
    """Cards removed here that their gateway may still know."""
    due = SavedCard.objects.filter(forget_at__lte=now)
    return list(due.values_list("pk", flat=True)[:FOUND_AT_ONCE_MAX])
