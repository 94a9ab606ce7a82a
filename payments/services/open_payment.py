"""Opens one try to pay a top-up."""

from datetime import datetime

from payments.models import Payment, TopUp
from payments.selectors.poll_schedule import next_poll_at


def open_payment(*, top_up: TopUp, now: datetime) -> Payment:
    """A payment with an idempotency key of its own ("T-…-1", "T-…-2" for the next try).

    It is committed before the gateway hears of it; if the process dies in between, the poll
    starts it with the same key. Raises IntegrityError while another try is open.
    """
    number = top_up.payments.count() + 1
    payment = Payment(
        top_up=top_up,
        gateway=top_up.method,
        idempotency_key=f"{top_up.reference}-{number}",
        amount=top_up.amount,
        currency=top_up.currency,
        created_at=now,
    )
    payment.next_poll_at = next_poll_at(payment, now)
    payment.save()
    return payment
