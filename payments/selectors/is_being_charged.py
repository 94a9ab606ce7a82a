"""Whether a saved card may be charged at this moment, without anybody's doing."""

from payments.models import Payment
from payments.selectors.refill_attempt_of import refill_attempt_of
from payments.states import State


def is_being_charged(payment: Payment) -> bool:
    """A refill whose answer is not known. A saved card is charged by the very call that makes the
    payment known to the gateway: nobody can tell before the answer whether it was, and nobody
    can pay it or call it off."""
    if payment.state != State.CREATED or payment.gateway_id:
        return False
    attempt = refill_attempt_of(payment)
    return attempt is not None and attempt.card_id is not None
