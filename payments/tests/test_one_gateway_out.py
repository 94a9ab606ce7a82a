"""One gateway that does not answer holds up no other (B9)."""

import contextlib
from datetime import timedelta

import pytest

from commpeak.lib.clock import utc_now
from payments.gateways.base import GatewayError
from payments.services.claim_due_payments import claim_due_payments
from payments.services.sync_payment import sync_payment
from payments.states import State
from payments.tests.builders import POLL, make_started_payment
from payments.tests.paypal import agree, make_paypal_payment
from sandbox.faults import FaultKind

pytestmark = pytest.mark.django_db


def poll(*payments, now) -> list[str]:
    """What a sweep and its workers do; the states afterwards."""
    for payment_id in claim_due_payments(now=now):
        with contextlib.suppress(GatewayError):
            sync_payment(payment_id=payment_id, source=POLL, now=now)
    for payment in payments:
        payment.refresh_from_db()
    return [payment.state for payment in payments]


def test_b9_cards_are_paid_while_paypal_is_out_and_paypal_is_made_up_for(card, paypal):
    held = make_paypal_payment()
    agree(paypal, held)
    paypal.set_fault(FaultKind.ERROR_BEFORE, operation="orders.get", times=2)
    paid, secret = make_started_payment()
    card.pay(secret)
    now = utc_now() + timedelta(minutes=1)
    assert poll(paid, held, now=now) == [State.SUCCEEDED, State.AWAITING_CUSTOMER]
    now += timedelta(minutes=1)
    assert poll(held, now=now) == [State.AWAITING_CUSTOMER]
    assert (held.poll_count, held.next_poll_at > now) == (2, True)
    assert poll(held, now=held.next_poll_at) == [State.SUCCEEDED]
