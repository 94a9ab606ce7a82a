"""Locks a refund in the one order of locks: its payment first."""

from payments.models import Payment, Refund


def lock_refund(*, refund_id: int) -> Refund:
    """The refund with its payment, both locked until the caller's transaction ends."""
    payment_id = Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id)
    Payment.objects.select_for_update().get(pk=payment_id)
    return (
        Refund.objects.select_for_update(of=("self",))
        .select_related("payment__top_up__customer", "capture")
        .get(pk=refund_id)
    )
