"""Answers are what PayPal's own descriptions of its API say.

What the portal asks is compared with them beside its gateway (payments/tests).
"""

from __future__ import annotations

import pytest

from sandbox.faults import FaultKind
from sandbox.testing import Sandbox
from sandbox.tests.paypal import (
    Json,
    PayPalCaller,
    capture_of,
    order_request,
    problems,
)

ORDERS, PAYMENTS = "checkout_orders_v2", "payments_payment_v2"
WEBHOOKS, DISPUTES = "notifications_webhooks_v1", "customer_disputes_v1"


@pytest.fixture
def paypal(sandbox: Sandbox) -> PayPalCaller:
    caller = PayPalCaller(sandbox)
    caller.log_in()
    return caller


def test_canary_wrong_answers_are_refused(paypal: PayPalCaller) -> None:
    number = paypal.create()
    strange = number | {"status": "paid"}
    number["purchase_units"][0]["amount"]["value"] = 50

    assert problems(ORDERS, "order", number) == [
        "purchase_units/0/amount/value: 50 is not of type 'string'"
    ]
    assert problems(ORDERS, "order", strange) != []


def test_orders_in_every_status(paypal: PayPalCaller) -> None:
    order_id = paypal.create()["id"]
    seen = [paypal.get(f"/v2/checkout/orders/{order_id}").json()]
    paypal.sandbox.paypal_approve("T-1")
    seen.append(paypal.get(f"/v2/checkout/orders/{order_id}").json())
    paypal.sandbox.set_fault(FaultKind.PROCESSING, match="T-1", code="ECHECK")
    seen.append(paypal.capture(order_id).json())
    paypal.sandbox.paypal_act("T-1", "complete")
    paypal.sandbox.paypal_act("T-1", "refund", amount="20.00")
    seen.append(paypal.get(f"/v2/checkout/orders/{order_id}").json())

    statuses = [order["status"] for order in seen]
    assert statuses == ["PAYER_ACTION_REQUIRED", "APPROVED", "COMPLETED", "COMPLETED"]
    assert [problems(ORDERS, "order", order) for order in seen] == [[], [], [], []]


def test_captures_and_refunds(paypal: PayPalCaller) -> None:
    capture_id = capture_of(paypal.pay())["id"]
    path = f"/v2/payments/captures/{capture_id}"
    asked = {"amount": {"currency_code": "USD", "value": "20.00"}, "custom_id": "R-1"}
    refund = paypal.post(f"{path}/refund", asked).json()
    capture = paypal.get(path).json()

    assert problems(PAYMENTS, "refund", refund) == []
    assert problems(PAYMENTS, "capture-2", capture) == []
    assert capture["status"] == "PARTIALLY_REFUNDED"


def test_disputes_and_events(paypal: PayPalCaller) -> None:
    capture_id = capture_of(paypal.pay())["id"]
    paypal.sandbox.paypal_act("T-1", "dispute")
    path = "/v1/customer/disputes"
    listed = paypal.get(f"{path}?disputed_transaction_id={capture_id}").json()
    paypal.sandbox.paypal_act("T-1", "win_dispute")
    dispute = paypal.get(f"{path}/{listed['items'][0]['dispute_id']}").json()
    events = paypal.get("/v1/notifications/webhooks-events?page_size=300").json()

    assert problems(DISPUTES, "dispute_search", listed) == []
    assert problems(DISPUTES, "dispute", dispute) == []
    assert problems(WEBHOOKS, "EventList", events) == []
    assert [event["event_type"] for event in events["events"]] == [
        "CUSTOMER.DISPUTE.RESOLVED",
        "CUSTOMER.DISPUTE.CREATED",
        "CHECKOUT.ORDER.COMPLETED",
        "PAYMENT.CAPTURE.COMPLETED",
        "CHECKOUT.ORDER.APPROVED",
    ]


@pytest.mark.parametrize(
    ("path", "body", "schema"),
    [
        ("/v2/checkout/orders", {"intent": "CAPTURE"}, "error_400"),
        ("/v2/checkout/orders", order_request("0.00"), "error_422"),
        ("/v2/checkout/orders/NOBODYS/capture", {}, "error_404"),
    ],
)
def test_refusals(paypal: PayPalCaller, path: str, body: Json, schema: str) -> None:
    refusal = paypal.post(path, body).json()

    assert refusal["debug_id"] != ""
    assert problems(ORDERS, schema, refusal) == []


def test_a_stranger_is_refused_as_described(sandbox: Sandbox) -> None:
    refusal = PayPalCaller(sandbox).get("/v2/checkout/orders/X").json()

    assert refusal["name"] == "AUTHENTICATION_FAILURE"
    assert problems(ORDERS, "error_401", refusal) == []
