"""What a gateway is told of a payment."""

from typing import TypedDict

from payments.gateways.base import CardOnFile, Order
from payments.gateways.registry import VAULT
from payments.models import Payment
from payments.models.refill import GatewayCustomer
from payments.selectors.refill_attempt_of import refill_attempt_of


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
        **_refill_parts(payment),
    )


class _RefillParts(TypedDict, total=False):
    saved_card: CardOnFile
    keep_card_for: str


def _refill_parts(payment: Payment) -> _RefillParts:
    """An automatic refill charges a saved card; the payment a rule begins with saves one."""
    attempt = refill_attempt_of(payment)
    if attempt is None:
        return {}
    known = GatewayCustomer.objects.get(customer=payment.top_up.customer_id, gateway=VAULT.code)
    if attempt.card is None:
        return {"keep_card_for": known.gateway_id}
    return {"saved_card": CardOnFile(known.gateway_id, attempt.card.gateway_id)}
