"""The one way to learn what became of a payment: ask the gateway, then settle what it proves.

The return page, webhooks, the poll and staff all come through here. Calls in any order and
any number lead to the same books (see apply_snapshot).
"""

from datetime import datetime
from functools import partial

from commpeak.lib.fault_points import fault_point
from payments.gateways.base import Gateway, GatewayError, Snapshot
from payments.models import Payment, PaymentEvent
from payments.selectors.may_be_taken import may_be_taken
from payments.selectors.should_end import should_end
from payments.selectors.waits_for_terms import waits_for_terms
from payments.services.ask_gateway import Question, ask_gateway
from payments.services.hold_for_terms import hold_for_terms
from payments.services.keep_card import keep_card
from payments.services.note_agreement import note_agreement
from payments.services.settle_refill import settle_refill
from payments.services.start_at_gateway import start_at_gateway


def sync_payment(
    *,
    payment_id: int,
    source: PaymentEvent.Source,
    now: datetime,
    agreed_at: datetime | None = None,
) -> Snapshot:
    """Takes the payment one step further at the gateway and records the truth.

    A payment whose remote object is not known yet is started (again, with the same idempotency
    key) or looked for (start_at_gateway); an unpaid one that is too old, was declined too often,
    is no longer needed or whose payer was not confirmed in time is ended; any other is fetched,
    and what its payer has agreed to is taken if it may be. `agreed_at`: when the payer is known
    to have come from the gateway's page, perhaps with other means than those that were refused.
    Returns the snapshot, which holds what the customer has to do next. Raises as ask_gateway
    does. An automatic refill is settled with it, whatever came out.

    One whose terms the customer has not agreed to yet reaches no gateway, whoever asks.
    """
    if agreed_at:
        note_agreement(payment_id=payment_id, agreed_at=agreed_at)
    try:
        snapshot = _take_one_step(payment_id, source, now)
    except GatewayError:
        settle_refill(payment_id=payment_id, now=now)  # the error may have ended the payment
        raise
    if snapshot.kept_card:
        keep_card(payment_id=payment_id, kept=snapshot.kept_card, now=now)
    if snapshot.facts or snapshot.decline or snapshot.dead:
        settle_refill(payment_id=payment_id, now=now)
    return snapshot


def _take_one_step(payment_id: int, source: PaymentEvent.Source, now: datetime) -> Snapshot:
    question: Question = partial(_next_step, now=now)
    try:
        snapshot = ask_gateway(payment_id=payment_id, question=question, source=source, now=now)
    except _HeldByTerms:
        return hold_for_terms(payment_id=payment_id, source=source, now=now)
    if snapshot.awaits_capture and may_be_taken(payment_id=payment_id):
        snapshot = ask_gateway(payment_id=payment_id, question=_advance, source=source, now=now)
    return snapshot


class _HeldByTerms(Exception):
    """The customer has not agreed to the terms: the gateway is not to hear of the payment."""


def _next_step(gateway: Gateway, payment: Payment, *, now: datetime) -> Snapshot:
    if not payment.gateway_id:
        if waits_for_terms(payment):
            raise _HeldByTerms
        return start_at_gateway(gateway=gateway, payment=payment, now=now)
    if should_end(payment, now):
        return gateway.cancel(payment.gateway_id, by_customer=False)
    return gateway.fetch(payment.gateway_id)


def _advance(gateway: Gateway, payment: Payment) -> Snapshot:
    fault_point("before_gateway_advance")
    snapshot = gateway.advance(payment.gateway_id, payment.idempotency_key)
    fault_point("after_gateway_advance")
    return snapshot
