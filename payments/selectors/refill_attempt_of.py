"""The refill that a payment carries out."""

from payments.models import Payment
from payments.models.refill import RefillAttempt


def refill_attempt_of(payment: Payment) -> RefillAttempt | None:
    """Its slot, or None. A refill is the first payment of its top-up: when that is over and the
    customer tries again by hand, it is a payment like any other and touches no rule."""
    attempt = (
        RefillAttempt.objects.filter(top_up=payment.top_up_id)
        .select_related("card", "rule", "top_up")
        .first()
    )
    if attempt and payment.idempotency_key == f"{attempt.top_up.reference}-1":
        return attempt
    return None
