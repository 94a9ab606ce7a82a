"""What a gateway is told of a payment."""

from payments.gateways.base import Order
from payments.models import Payment


def payment_order(payment: Payment) -> Order:
    """Never in the language of whoever asks: a repeated `start` must send the same words."""
    top_up = payment.top_up
    return Order(
        key=payment.idempotency_key,
        reference=top_up.reference,
        money=payment.money,
        description=f"{top_up.purse} balance, top-up {top_up.reference}",
        account_number=top_up.customer.account_number,
        purse=top_up.purse,
        number=top_up.number,
    )
