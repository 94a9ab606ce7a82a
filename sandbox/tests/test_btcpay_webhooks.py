"""BTCPay's webhooks: which come, how they are signed, when they come again (W1–W4)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest

from sandbox.config import BTCPAY_RETRY_DELAYS_SECONDS, Config
from sandbox.faults import FaultKind
from sandbox.testing import Sandbox, run_sandbox
from sandbox.tests.btcpay import DESCRIPTION, BTCPayCaller, Json
from sandbox.tests.conftest import Inbox, open_inbox
from sandbox.tests.paypal import problems

PAID = [
    "InvoiceCreated",
    "InvoiceReceivedPayment",
    "InvoiceProcessing",
    "InvoicePaymentSettled",
    "InvoiceSettled",
]


@pytest.fixture
def inbox(sandbox: Sandbox) -> Iterator[Inbox]:
    with open_inbox(sandbox, gateway="crypto") as kept:
        yield kept


def told(inbox: Inbox) -> list[Json]:
    return [json.loads(body) for _headers, body in inbox.received]


def types(inbox: Inbox) -> list[str]:
    return [event["type"] for event in told(inbox)]


def signature(sandbox: Sandbox, body: bytes) -> str:
    secret = sandbox.btcpay_webhook_secret.encode()
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def do(sandbox: Sandbox, *actions: str) -> Json:
    invoice = BTCPayCaller(sandbox).create()
    for action in actions:
        sandbox.btcpay_act(invoice["id"], action)
    sandbox.wait_for_webhooks()
    return invoice


def test_each_step_is_told_in_order_signed_and_as_described(sandbox: Sandbox, inbox: Inbox) -> None:
    invoice = do(sandbox, "pay", "confirm_all")
    assert types(inbox) == PAID
    assert {event["invoiceId"] for event in told(inbox)} == {invoice["id"]}
    for headers, body in inbox.received:
        assert headers["BTCPay-Sig"] == signature(sandbox, body)
        event = json.loads(body)
        schema = "InvoiceEvent" if event["type"] == "InvoiceCreated" else f"{event['type']}Event"
        assert problems(DESCRIPTION, f"Webhook{schema}", event) == []


@pytest.mark.parametrize(
    ("actions", "events", "facts"),
    [
        (("expire",), ["InvoiceExpired"], {"partiallyPaid": False}),
        (
            ("pay_under", "expire"),
            ["InvoiceReceivedPayment", "InvoiceExpired"],
            {"partiallyPaid": True},
        ),
        (("pay_over",), ["InvoiceReceivedPayment", "InvoiceProcessing"], {"overPaid": True}),
        (("pay", "invalidate"), ["InvoiceReceivedPayment", "InvoiceProcessing"], {}),
        (("mark_invalid",), ["InvoiceInvalid"], {"manuallyMarked": True}),
        (
            ("pay", "invalidate", "stop_monitoring"),
            ["InvoiceReceivedPayment", "InvoiceProcessing", "InvoiceInvalid"],
            {"manuallyMarked": False},
        ),
    ],
)
def test_b7_what_is_told_of_odd_ends(
    sandbox: Sandbox, inbox: Inbox, actions: tuple[str, ...], events: list[str], facts: Json
) -> None:
    do(sandbox, *actions)
    assert types(inbox) == ["InvoiceCreated", *events]
    assert told(inbox)[-1].items() >= facts.items()


def test_b7_a_late_payment_never_sends_invoice_settled(sandbox: Sandbox, inbox: Inbox) -> None:
    do(sandbox, "pay_late", "confirm_all")
    assert types(inbox) == [
        "InvoiceCreated",
        "InvoiceExpired",
        "InvoiceReceivedPayment",
        "InvoicePaymentSettled",
    ]
    assert told(inbox)[2]["afterExpiration"] is True


def test_btcpay_sends_again_for_an_hour_and_then_never() -> None:
    """After 10 s, 1 min and six times 10 min; here a thousand times faster."""
    minutes = [10 / 60, 1, 10, 10, 10, 10, 10, 10]
    assert [delay * 1000 / 60 for delay in BTCPAY_RETRY_DELAYS_SECONDS] == pytest.approx(minutes)
    assert Config().btcpay_retry_delays_seconds == BTCPAY_RETRY_DELAYS_SECONDS


def test_a_redelivery_is_another_body_that_names_the_first_one() -> None:
    """Nine tries in all, the last one too: nothing comes after that."""
    plan = [delay / 100 for delay in BTCPAY_RETRY_DELAYS_SECONDS]
    with (
        run_sandbox(retry_delays_seconds=plan) as sandbox,
        open_inbox(sandbox, gateway="crypto") as inbox,
    ):
        inbox.statuses += [500, 503] * 5
        BTCPayCaller(sandbox).create()
        sandbox.wait_for_webhooks(with_retries=True)
        [delivery] = sandbox.deliveries(gateway="crypto")
        first, *others = told(inbox)
        signed = [headers["BTCPay-Sig"] for headers, _body in inbox.received]
        assert signed == [signature(sandbox, body) for _headers, body in inbox.received]
    assert (len(others), delivery["status"]) == (8, "failed")
    assert first["isRedelivery"] is False
    assert {one["isRedelivery"] for one in others} == {True}
    assert {one["originalDeliveryId"] for one in others} == {first["deliveryId"]}
    assert len({one["deliveryId"] for one in (first, *others)}) == 9


def test_w1_a_doubled_webhook_is_the_same_delivery(sandbox: Sandbox, inbox: Inbox) -> None:
    sandbox.set_fault(FaultKind.WEBHOOK_DOUBLED, match="T-1", copies=5)
    do(sandbox)
    assert len(inbox.received) == 5
    assert len({body for _headers, body in inbox.received}) == 1


def test_w2_webhooks_are_held_and_released_newest_first(sandbox: Sandbox, inbox: Inbox) -> None:
    sandbox.set_fault(FaultKind.WEBHOOK_HELD, match="T-1")
    do(sandbox, "pay", "confirm_all")
    assert inbox.received == []
    assert sandbox.release_webhooks() == 5
    sandbox.wait_for_webhooks()
    assert types(inbox) == PAID[::-1]


@pytest.mark.parametrize(
    ("how", "is_right"),
    [("genuine", True), ("forged", False), ("truncated", False), ("reserialised", False)],
)
def test_w4_webhooks_made_by_hand(sandbox: Sandbox, inbox: Inbox, how: str, is_right: bool) -> None:
    sandbox.btcpay_send_webhook(how)
    sandbox.wait_for_webhooks()
    [(headers, body)] = inbox.received
    assert (headers["BTCPay-Sig"] == signature(sandbox, body)) is is_right
