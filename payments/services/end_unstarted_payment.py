"""Ends a payment that its gateway has never heard of."""

from datetime import datetime

from django.db import transaction

from payments.models import Payment, PaymentEvent
from payments.services.settle_promo import settle_promo
from payments.states import State


@transaction.atomic(durable=True)
def end_unstarted_payment(
    *, payment_id: int, state: State, source: PaymentEvent.Source, now: datetime
) -> None:
    """Moves it to `state`, one of the dead ones: nobody could pay it, so nothing has to be asked.

    One that has been started meanwhile, or is over, stays as it is; so does it in a second call.
    """
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.gateway_id or not payment.is_open:
        return
    PaymentEvent.objects.create(
        payment=payment, at=now, source=source, from_state=payment.state, to_state=state
    )
    payment.state, payment.next_poll_at = state, None
    payment.save(update_fields=["state", "next_poll_at"])
    settle_promo(top_up=payment.top_up, now=now)
