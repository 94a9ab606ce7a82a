"""Gateways that repeat themselves: every message a hundred times, all at once."""

import hashlib
import hmac
import http.client
import json
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import stripe

from billing.models import JournalEntry
from payments.gateways.base import CardForm
from payments.models import Payment, WebhookEvent
from payments.states import State
from payments.tests.builders import make_payment, sync
from payments.tests.paypal import agree
from sandbox.config import Config
from sandbox.paypal_api.signature import webhook_headers
from sandbox.testing import Sandbox
from tests.portal import Portal
from tests.waiting import wait_until

pytestmark = pytest.mark.faults

PAYMENTS_BY = {"card": 30, "paypal": 10, "crypto": 10}
PAYMENTS = sum(PAYMENTS_BY.values())
COPIES = 100
CONNECTIONS = 16
JSON = {"Content-Type": "application/json"}

Message = tuple[str, dict[str, str], bytes]  # to which gateway's address, headers, body


@pytest.fixture
def messages(portal: Portal, sandbox: Sandbox, sandbox_settings: None) -> list[Message]:
    """One about each payment: money has come, and nobody has told us yet."""
    portal.receive_no_webhooks()
    made = []
    for method, count in PAYMENTS_BY.items():
        for _ in range(count):
            payment = make_payment(method=method)
            PAY[method](sandbox, payment)
            made.append((method, *MESSAGE[method](sandbox, payment)))
    return made


def test_a_hundred_copies_of_fifty_messages_credit_fifty_payments(
    portal: Portal, messages: list[Message]
):
    """W1: only 2xx, and exactly one credit each. Copies follow each other, so that all
    connections bring the same message at the same time."""
    copies = [message for message in messages for _ in range(COPIES)]
    with ThreadPoolExecutor(CONNECTIONS) as senders:
        shares = [copies[start::CONNECTIONS] for start in range(CONNECTIONS)]
        answers = list(senders.map(lambda share: _send_all(portal, share), shares))

    assert sum(answers, Counter()) == Counter({200: PAYMENTS * COPIES})
    wait_until(_everything_is_done, within_seconds=60, what="50 payments")
    assert WebhookEvent.objects.filter(status="processed").count() == PAYMENTS
    assert JournalEntry.objects.filter(kind="top_up").count() == PAYMENTS


def _pay_by_card(sandbox: Sandbox, payment: Payment) -> None:
    form = sync(payment).next_step
    assert isinstance(form, CardForm)
    sandbox.pay(form.client_secret)


def _agree_at_paypal(sandbox: Sandbox, payment: Payment) -> None:
    sync(payment)
    agree(sandbox, payment)


def _pay_by_crypto(sandbox: Sandbox, payment: Payment) -> None:
    sync(payment)
    for action in ("pay", "confirm_all"):
        sandbox.btcpay_act(payment.gateway_id, action)


def _stripe_says(sandbox: Sandbox, payment: Payment) -> tuple[dict[str, str], bytes]:
    intent = {"id": payment.gateway_id, "object": "payment_intent"}
    event = {"id": f"evt_{payment.pk}", "object": "event", "type": "payment_intent.succeeded"}
    body = json.dumps(event | {"data": {"object": intent}})
    signature = stripe.WebhookSignature.generate_signature_header(
        body, sandbox.webhook_secret, int(time.time())
    )
    return {"Stripe-Signature": signature}, body.encode()


def _paypal_says(sandbox: Sandbox, payment: Payment) -> tuple[dict[str, str], bytes]:
    event = {"id": f"WH-{payment.pk}", "event_type": "CHECKOUT.ORDER.APPROVED"}
    body = json.dumps(event | {"resource": {"id": payment.gateway_id}})
    its_own = Config(port=urlsplit(sandbox.base_url).port or 0)
    return webhook_headers(body, int(time.time()), config=its_own), body.encode()


def _btcpay_says(sandbox: Sandbox, payment: Payment) -> tuple[dict[str, str], bytes]:
    event = {"deliveryId": f"D{payment.pk}", "type": "InvoiceSettled"}
    about = {"storeId": sandbox.btcpay_store_id, "invoiceId": payment.gateway_id}
    body = json.dumps(event | about).encode()
    digest = hmac.new(sandbox.btcpay_webhook_secret.encode(), body, hashlib.sha256).hexdigest()
    return {"BTCPay-Sig": f"sha256={digest}"}, body


PAY: dict[str, Callable[[Sandbox, Payment], None]] = {
    "card": _pay_by_card,
    "paypal": _agree_at_paypal,
    "crypto": _pay_by_crypto,
}
MESSAGE: dict[str, Callable[[Sandbox, Payment], tuple[dict[str, str], bytes]]] = {
    "card": _stripe_says,
    "paypal": _paypal_says,
    "crypto": _btcpay_says,
}


def _send_all(portal: Portal, messages: list[Message]) -> Counter[int]:
    """Over one connection, as gateways do; how often which status was the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60)
    statuses = Counter(_send(connection, message) for message in messages)
    connection.close()
    return statuses


def _send(connection: http.client.HTTPConnection, message: Message) -> int:
    """Once more, as gateways do, when the server has closed a connection that was idle."""
    gateway, headers, body = message
    for may_fail in (True, False):
        try:
            connection.request("POST", f"/webhooks/{gateway}/", body, JSON | headers)
            answer = connection.getresponse()
            answer.read()
        except ConnectionError:
            connection.close()
            if not may_fail:
                raise
        else:
            return answer.status
    raise AssertionError("unreachable")


def _everything_is_done() -> bool:
    return Payment.objects.filter(state=State.SUCCEEDED).count() == PAYMENTS and (
        not WebhookEvent.objects.filter(due_at__isnull=False).exists()
    )
