"""Whether the money that a payer has agreed to may be taken now."""

from django.db.models import Exists, OuterRef

from payments.models import Payment
from payments.selectors.declines import waits_for_other_means
from payments.selectors.payer_checks import is_known_payer
from payments.states import OPEN, PAID

# of a payment: its top-up is paid by another try
PAID_OTHERWISE = Exists(
    Payment.objects.filter(top_up=OuterRef("top_up"), state__in=PAID).exclude(pk=OuterRef("pk"))
)


def may_be_taken(*, payment_id: int) -> bool:
    """Only for a payment that is still open, that nobody has to look at first, whose top-up is
    not paid by another try and whose payer is known: what was given up is not taken later,
    whatever the payer agreed to. After a refusal the payer has to have been at the gateway
    again. At most four queries."""
    takeable = Payment.objects.filter(pk=payment_id, state__in=OPEN, needs_review="")
    payment = takeable.exclude(PAID_OTHERWISE).select_related("top_up__customer").first()
    return (
        payment is not None
        and not waits_for_other_means(payment)
        and is_known_payer(customer=payment.top_up.customer, email=payment.payer_email)
    )
