"""Whether the money that a payer has agreed to may be taken now."""

from payments.models import Payment
from payments.states import OPEN


def may_be_taken(*, payment_id: int) -> bool:
    """Only for a payment that is still open and that nobody has to look at first: what was
    given up is not taken later, whatever the payer agreed to."""
    takeable = Payment.objects.filter(pk=payment_id, state__in=OPEN, needs_review="")
    return takeable.exists()
