"""A gateway that repeats itself: every message a hundred times, all at once."""

import http.client
import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from billing.models import JournalEntry
from payments.gateways.base import CardForm
from payments.models import Payment, WebhookEvent
from payments.states import State
from payments.tests.builders import make_payment, sync
from sandbox.testing import Sandbox
from tests.portal import Portal
from tests.waiting import wait_until

pytestmark = pytest.mark.faults

PAYMENTS = 50
COPIES = 100
CONNECTIONS = 16


@pytest.fixture
def paid_at_the_gateway(portal: Portal, sandbox: Sandbox, sandbox_settings: None) -> list[Payment]:
    """Charged, and nobody has told us."""
    sandbox.send_webhooks_to("")
    payments = [make_payment() for _ in range(PAYMENTS)]
    for payment in payments:
        form = sync(payment).next_step
        assert isinstance(form, CardForm)
        sandbox.pay(form.client_secret)
    return payments


def test_a_hundred_copies_of_fifty_messages_credit_fifty_payments(
    portal: Portal, sandbox: Sandbox, paid_at_the_gateway: list[Payment]
):
    """W1: only 2xx, and exactly one credit each."""
    events = [_event(payment) for payment in paid_at_the_gateway]
    copies = [events[number % PAYMENTS] for number in range(PAYMENTS * COPIES)]
    with ThreadPoolExecutor(CONNECTIONS) as senders:
        shares = [copies[start::CONNECTIONS] for start in range(CONNECTIONS)]
        answers = list(senders.map(lambda share: _send_all(portal, sandbox, share), shares))

    assert sum(answers, Counter()) == Counter({200: PAYMENTS * COPIES})
    wait_until(_everything_is_done, within_seconds=60, what="50 payments")
    assert WebhookEvent.objects.filter(status="processed").count() == PAYMENTS
    assert JournalEntry.objects.filter(kind="top_up").count() == PAYMENTS


def _event(payment: Payment) -> bytes:
    intent = {"id": payment.gateway_id, "object": "payment_intent"}
    event = {"id": f"evt_{payment.pk}", "object": "event", "type": "payment_intent.succeeded"}
    return json.dumps(event | {"data": {"object": intent}}).encode()


def _send_all(portal: Portal, sandbox: Sandbox, bodies: list[bytes]) -> Counter[int]:
    """Over one connection, as gateways do; how often which status was the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=30)
    statuses: Counter[int] = Counter()
    for body in bodies:
        signature = stripe.WebhookSignature.generate_signature_header(
            body.decode(), sandbox.webhook_secret, int(time.time())
        )
        headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
        connection.request("POST", "/webhooks/card/", body, headers)
        answer = connection.getresponse()
        answer.read()
        statuses[answer.status] += 1
    connection.close()
    return statuses


def _everything_is_done() -> bool:
    return Payment.objects.filter(state=State.SUCCEEDED).count() == PAYMENTS and (
        not WebhookEvent.objects.filter(due_at__isnull=False).exists()
    )
