"""The one way to learn what became of a payment: ask the gateway, then settle what it proves.

The return page, webhooks, the poll and staff all come through here. Calls in any order and
any number lead to the same books (see apply_snapshot).
"""

from datetime import datetime
from functools import partial

from commpeak.lib.fault_points import fault_point
from payments.gateways.base import Gateway, Order, Snapshot
from payments.models import Payment, PaymentEvent
from payments.selectors.declines import has_too_many_declines
from payments.selectors.may_be_taken import may_be_taken
from payments.selectors.poll_schedule import is_overdue
from payments.services.ask_gateway import Question, ask_gateway
from payments.states import State


def sync_payment(*, payment_id: int, source: PaymentEvent.Source, now: datetime) -> Snapshot:
    """Takes the payment one step further at the gateway and records the truth.

    A payment whose remote object is not known yet is started (again, with the same idempotency
    key); an unpaid one that is too old or was declined too often is canceled; any other is
    fetched, and what its payer has agreed to is taken. Returns the snapshot, which holds what
    the customer has to do next. Raises as ask_gateway does.
    """
    question: Question = partial(_next_step, now=now)
    snapshot = ask_gateway(payment_id=payment_id, question=question, source=source, now=now)
    if snapshot.awaits_capture and may_be_taken(payment_id=payment_id):
        snapshot = ask_gateway(payment_id=payment_id, question=_advance, source=source, now=now)
    return snapshot


def _next_step(gateway: Gateway, payment: Payment, *, now: datetime) -> Snapshot:
    if not payment.gateway_id:
        fault_point("before_gateway_start")
        return gateway.start(_order_of(payment))
    if payment.state == State.AWAITING_CUSTOMER and _should_end(payment, now):
        return gateway.cancel(payment.gateway_id, by_customer=False)
    return gateway.fetch(payment.gateway_id)


def _advance(gateway: Gateway, payment: Payment) -> Snapshot:
    fault_point("before_gateway_advance")
    return gateway.advance(payment.gateway_id, payment.idempotency_key)


def _order_of(payment: Payment) -> Order:
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


def _should_end(payment: Payment, now: datetime) -> bool:
    return is_overdue(payment, now) or has_too_many_declines(payment=payment, now=now)
