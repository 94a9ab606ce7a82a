"""Notes that a gateway refused or did not answer."""

from datetime import datetime

from django.db import transaction

from payments.gateways.base import GatewayError, GoneAtGateway
from payments.models import Payment, PaymentEvent
from payments.selectors.poll_schedule import is_overdue, next_poll_at
from payments.selectors.refill_attempt_of import refill_attempt_of
from payments.services.settle_promo import settle_promo
from payments.services.tell_customer import tell_customer
from payments.states import State


@transaction.atomic(durable=True)
def record_gateway_error(
    *, payment_id: int, error: GatewayError, source: PaymentEvent.Source, now: datetime
) -> None:
    """An unknown outcome leaves the payment as it is, to be asked about again.

    A payment that has never reached the gateway fails: by a permanent refusal, or when no
    answer has come until it is overdue. Nobody has been able to pay it then, so no money can
    come; but a saved card is charged by asking, so such a payment is for staff instead. One
    that the gateway has dropped unpaid, or surely never had, expires. One that it knew and
    still refuses to tell about when it is overdue is for staff, unless it is over unpaid: then
    no money is missed. Each call leaves one line in the history.
    """
    payment = (
        Payment.objects.select_for_update(of=("self",))
        .select_related("top_up__customer")
        .get(pk=payment_id)
    )
    before = State(payment.state)
    overdue = is_overdue(payment, now)
    if isinstance(error, GoneAtGateway) and payment.is_open:
        payment.state = State.EXPIRED
    elif before is State.CREATED and (error.permanent or (overdue and not _may_be_paid(payment))):
        payment.state = State.FAILED
    elif overdue and not payment.is_dead and (error.permanent or before is State.CREATED):
        payment.needs_review = f"the gateway does not tell: {error.log_text}"[:300]
    PaymentEvent.objects.create(
        payment=payment,
        source=source,
        from_state=before,
        to_state=payment.state,
        detail=error.log_text[:300],
    )
    tell_customer(payment=payment, now=now)
    payment.next_poll_at = next_poll_at(payment, now)
    payment.save()
    if payment.is_dead:
        settle_promo(top_up=payment.top_up, now=now)


def _may_be_paid(payment: Payment) -> bool:
    """Whether the question whose answer is lost was itself the charge."""
    attempt = refill_attempt_of(payment)
    return attempt is not None and attempt.card is not None
