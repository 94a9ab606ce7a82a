"""Tells the customer what became of a payment: received, failed, or being checked."""

from datetime import datetime

from accounts.models import Category
from accounts.services.notify_customer import notify_customer
from payments.gateways.registry import gateway_for
from payments.models import Payment, PaymentFact
from payments.selectors.refill_attempt_of import refill_attempt_of
from payments.states import FactKind, State


def tell_customer(*, payment: Payment, now: datetime) -> None:
    """Looks at the payment as it is and tells what was not told yet; joins the transaction.

    Each credited amount is told once, under the ledger fact's own id, as a payer may send money
    in parts. Failure and review are told once per payment. Late, repeated and out-of-order
    answers of a gateway therefore tell nothing twice, and a second call tells nothing.

    Nothing is told of a payment that the customer canceled, nor of one that expired before
    anything was paid: both are what the customer did. Refunds and disputes are told by
    follow_refunds.
    """
    if payment.is_paid:
        for capture in payment.facts.filter(kind=FactKind.CAPTURE).order_by("pk"):
            _received(payment, capture, now)
    elif payment.needs_review:
        _tell(payment, "payment_in_review", f"{_name(payment)}:review", now)
    elif payment.state == State.FAILED or _ended_on_its_way(payment):
        _tell(payment, "payment_failed", f"{_name(payment)}:failed", now)


def _ended_on_its_way(payment: Payment) -> bool:
    """The customer had paid as far as they knew, and then it came to nothing. Where staff had
    undone a credit, they were told so then."""
    was_under_way = payment.events.filter(from_state=State.PROCESSING)
    undone = payment.facts.filter(kind=FactKind.CORRECTED)
    return payment.state == State.EXPIRED and was_under_way.exists() and not undone.exists()


def _received(payment: Payment, capture: PaymentFact, now: datetime) -> None:
    _tell(payment, "payment_received", f"{_name(payment)}:capture:{capture.pk}", now, capture)


def _is_told_by_refill(payment: Payment, capture: PaymentFact | None) -> bool:
    """An automatic refill has a receipt of its own, and words of its own for a decline; the first
    payment of one fails like any other that the customer makes."""
    attempt = refill_attempt_of(payment)
    return attempt is not None and (capture is not None or attempt.card is not None)


def _name(payment: Payment) -> str:
    return f"payment:{payment.idempotency_key}"


def _tell(
    payment: Payment, template: str, key: str, now: datetime, capture: PaymentFact | None = None
) -> None:
    if template != "payment_in_review" and _is_told_by_refill(payment, capture):
        return
    top_up = payment.top_up
    notify_customer(
        customer=top_up.customer,
        category=Category.PAYMENTS,
        key=key,
        template=template,
        context={
            "money": capture.money if capture else payment.money,
            "is_whole": capture is None or capture.money == top_up.money,
            "asked": top_up.money,
            "purse": top_up.purse_choice.label,
            "reference": top_up.reference,
            "means": payment.instrument or gateway_for(payment.gateway).profile.words.name,
            "path": top_up.get_absolute_url(),
        },
        now=now,
    )
