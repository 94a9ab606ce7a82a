"""Whether the money that a payer has agreed to may be taken now."""

from django.db.models import Exists, OuterRef

from payments.models import Payment
from payments.states import OPEN, PAID

# of a payment: its top-up is paid by another try
PAID_OTHERWISE = Exists(
    Payment.objects.filter(top_up=OuterRef("top_up"), state__in=PAID).exclude(pk=OuterRef("pk"))
)


def may_be_taken(*, payment_id: int) -> bool:
    """Only for a payment that is still open, that nobody has to look at first and whose top-up
    is not paid by another try: what was given up is not taken later, whatever the payer agreed
    to. One query."""
    takeable = Payment.objects.filter(pk=payment_id, state__in=OPEN, needs_review="")
    return takeable.exclude(PAID_OTHERWISE).exists()
