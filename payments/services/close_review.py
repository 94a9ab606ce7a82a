"""A human has looked at a payment that did not match."""

from datetime import datetime

from django.db import transaction

from payments.models import Payment, PaymentEvent
from payments.selectors.poll_schedule import next_poll_at


@transaction.atomic
def close_review(*, payment_id: int, actor: str, reason: str, now: datetime) -> None:
    """Takes the payment off the list of those to review; who and why stay in its history.

    One that is still open is asked about again, so that it can be paid or ended. Posts
    nothing: parked money stays in suspense until it is assigned. A second call, or one
    for a payment that needs no review, changes nothing.
    """
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if not payment.needs_review:
        return
    PaymentEvent.objects.create(
        payment=payment,
        at=now,
        source=PaymentEvent.Source.STAFF,
        from_state=payment.state,
        to_state=payment.state,
        detail=f"review closed by {actor}: {reason} (was: {payment.needs_review})"[:300],
    )
    payment.needs_review = ""
    payment.next_poll_at = next_poll_at(payment, now)
    payment.save(update_fields=["needs_review", "next_poll_at"])
