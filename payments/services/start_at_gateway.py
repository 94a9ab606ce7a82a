"""Makes a payment known to its gateway, or finds it there."""

from datetime import datetime, timedelta

from commpeak.lib.fault_points import fault_point
from payments.gateways.base import Gateway, GatewayError, GoneAtGateway, Order, Snapshot
from payments.gateways.registry import VAULT
from payments.models import Payment
from payments.models.refill import AutoRefillRule, RefillAttempt
from payments.refill_reasons import Reason
from payments.selectors.payment_order import payment_order
from payments.selectors.poll_schedule import is_overdue
from payments.selectors.refill_attempt_of import refill_attempt_of

# Stripe forgets a key after 24 hours. What the last start has made can be searched by the time
# the payment is overdue: Stripe's search is at most an hour behind.
# Source: docs.stripe.com/api/idempotent_requests, docs.stripe.com/search#data-freshness
CHARGED_WITHIN = timedelta(hours=23)
SEARCH_IS_BEHIND_AT_MOST = timedelta(hours=2)  # to be on the safe side


def start_at_gateway(*, gateway: Gateway, payment: Payment, now: datetime) -> Snapshot:
    """As Gateway.start, for a payment whose remote object is not known.

    A saved card is charged by this very call. It is not made any more once the payment is over
    or its rule is off or paused; nor after 23 hours: the key may be forgotten, so that it would
    charge a second time (B1), and nobody expects a charge of yesterday. What an earlier call has
    made is then only looked for. Raises GatewayError while that is not known or when a payment
    that is over was never made, GoneAtGateway when nothing was charged.
    """
    order = payment_order(payment)
    if order.saved_card and not _is_wanted(payment, now):
        return _find(order, payment, now)
    if payment.is_dead:
        raise GatewayError(f"{order.key} is over, and no answer ever named it", permanent=True)
    fault_point("before_gateway_start")
    return gateway.start(order)


def _is_wanted(payment: Payment, now: datetime) -> bool:
    """Its rule is on and was not off meanwhile, and the charge is surely made once."""
    attempt = refill_attempt_of(payment)
    if attempt is None or attempt.rule.state != AutoRefillRule.State.ACTIVE:
        return False
    is_fresh = payment.is_open and now - payment.created_at <= CHARGED_WITHIN
    return is_fresh and not _was_canceled(attempt, by=now)


def _find(order: Order, payment: Payment, now: datetime) -> Snapshot:
    try:
        found = VAULT.find_charge(order.key)
    except GatewayError as error:  # whatever is refused, it is the search and not the charge
        raise GatewayError(error.log_text, permanent=False) from error
    if found:
        return found
    attempt = refill_attempt_of(payment)
    is_off_since_long = attempt and _was_canceled(attempt, by=now - SEARCH_IS_BEHIND_AT_MOST)
    if is_off_since_long or is_overdue(payment, now):
        raise GoneAtGateway(f"{order.key}: the card was never charged")
    raise GatewayError(f"{order.key}: no charge is found yet", permanent=False)


def _was_canceled(attempt: RefillAttempt, *, by: datetime) -> bool:
    """Its rule, since the attempt: nobody has asked for the charge after that."""
    notes = attempt.rule.notes.filter(code=Reason.CANCELED)
    return notes.filter(at__gte=attempt.created_at, at__lte=by).exists()
