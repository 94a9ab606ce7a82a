"""PayPal's webhooks: signed, verified by its own call, sent again; the payer's page (W1–W4)."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests

from sandbox.faults import FaultKind
from sandbox.testing import Sandbox
from sandbox.tests.conftest import Inbox, open_inbox
from sandbox.tests.paypal import TIMEOUT_SECONDS, Json, PayPalCaller, capture_of

VERIFY = "/v1/notifications/verify-webhook-signature"
FACTS = ("Auth-Algo", "Cert-Url", "Transmission-Id", "Transmission-Sig", "Transmission-Time")
PAID = ["CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.COMPLETED", "CHECKOUT.ORDER.COMPLETED"]


@pytest.fixture
def paypal(sandbox: Sandbox) -> PayPalCaller:
    caller = PayPalCaller(sandbox)
    caller.log_in()
    return caller


@pytest.fixture
def inbox(sandbox: Sandbox) -> Iterator[Inbox]:
    with open_inbox(sandbox, gateway="paypal") as kept:
        yield kept


def question(sandbox: Sandbox, headers: dict[str, str], event: bytes) -> bytes:
    """The body of PayPal's verification call, with the event's own bytes in it."""
    facts = {fact.lower().replace("-", "_"): headers[f"PayPal-{fact}"] for fact in FACTS}
    known = json.dumps({**facts, "webhook_id": sandbox.paypal_webhook_id}).encode()
    return known[:-1] + b',"webhook_event":' + event + b"}"


def verdict(paypal: PayPalCaller, headers: dict[str, str], event: bytes) -> str:
    body = question(paypal.sandbox, headers, event)
    return str(paypal.post(VERIFY, body).json()["verification_status"])


def types(inbox: Inbox) -> list[str]:
    return [json.loads(body)["event_type"] for _headers, body in inbox.received]


def test_each_step_is_told_in_order_and_verifies(paypal: PayPalCaller, inbox: Inbox) -> None:
    order = paypal.pay()
    paypal.sandbox.wait_for_webhooks()

    assert types(inbox) == PAID
    assert [verdict(paypal, *received) for received in inbox.received] == ["SUCCESS"] * 3
    told = json.loads(inbox.received[1][1])["resource"]
    assert told["id"] == capture_of(order)["id"]
    assert told["supplementary_data"]["related_ids"]["order_id"] == order["id"]


def test_w4_changed_bytes_facts_and_foreign_certificates_do_not_verify(
    paypal: PayPalCaller, inbox: Inbox
) -> None:
    paypal.create()
    paypal.sandbox.paypal_approve("T-1")
    paypal.sandbox.wait_for_webhooks()

    [(headers, body)] = inbox.received
    written_again = json.dumps(json.loads(body), indent=1).encode()
    foreign = headers | {"PayPal-Cert-Url": "https://paypal.example.com/cert"}
    later = headers | {"PayPal-Transmission-Time": "2030-01-01T00:00:00Z"}
    assert verdict(paypal, headers, body) == "SUCCESS"
    assert verdict(paypal, headers, body.replace(b"50.00", b"99.00")) == "FAILURE"
    assert verdict(paypal, headers, written_again) == "FAILURE"
    assert verdict(paypal, foreign, body) == "FAILURE"
    assert verdict(paypal, later, body) == "FAILURE"


@pytest.mark.parametrize(
    ("how", "status"), [("genuine", "SUCCESS"), ("forged", "FAILURE"), ("old", "SUCCESS")]
)
def test_w4_webhooks_made_by_hand(
    paypal: PayPalCaller, inbox: Inbox, how: str, status: str
) -> None:
    paypal.sandbox.paypal_send_webhook(how, changes={"status": "COMPLETED"})
    paypal.sandbox.wait_for_webhooks()

    assert [verdict(paypal, *received) for received in inbox.received] == [status]


def test_w1_a_doubled_webhook_keeps_its_event_id(paypal: PayPalCaller, inbox: Inbox) -> None:
    paypal.sandbox.set_fault(FaultKind.WEBHOOK_DOUBLED, match="T-1", copies=5)
    paypal.create()
    paypal.sandbox.paypal_approve("T-1")
    paypal.sandbox.wait_for_webhooks()

    assert len(inbox.received) == 5
    assert len({json.loads(body)["id"] for _headers, body in inbox.received}) == 1


def test_w2_webhooks_are_held_and_released_newest_first(paypal: PayPalCaller, inbox: Inbox) -> None:
    paypal.sandbox.set_fault(FaultKind.WEBHOOK_HELD, match="T-1")
    paypal.pay()
    assert inbox.received == []

    assert paypal.sandbox.release_webhooks() == 3
    paypal.sandbox.wait_for_webhooks()
    assert types(inbox) == PAID[::-1]


def test_a_delivery_that_failed_can_be_sent_again(paypal: PayPalCaller, inbox: Inbox) -> None:
    inbox.statuses.append(503)
    paypal.create()
    paypal.sandbox.paypal_approve("T-1")
    paypal.sandbox.wait_for_webhooks()
    [failed] = paypal.sandbox.deliveries("T-1", gateway="paypal")
    paypal.sandbox.resend(failed["id"])
    paypal.sandbox.wait_for_webhooks()

    assert (failed["status"], failed["attempts"][0]["status"]) == ("failed", 503)
    assert types(inbox) == ["CHECKOUT.ORDER.APPROVED"] * 2


# --- the payer's page -----------------------------------------------------------------------


def answer_page(sandbox: Sandbox, order: Json, answer: str) -> requests.Response:
    return requests.post(
        f"{sandbox.paypal_url}/checkoutnow?token={order['id']}",
        data={"answer": answer, "email": "ann@example.com"},
        allow_redirects=False,
        timeout=TIMEOUT_SECONDS,
    )


def test_the_payer_agrees_and_comes_back(paypal: PayPalCaller) -> None:
    order = paypal.create()
    page = requests.get(order["links"][1]["href"], timeout=TIMEOUT_SECONDS)
    back = answer_page(paypal.sandbox, order, "pay").headers["Location"]

    payer = paypal.sandbox.paypal_order("T-1")["order"]["payer"]
    assert "50.00 USD" in page.text
    assert back == f"http://127.0.0.1/return/?token={order['id']}&PayerID={payer['payer_id']}"
    assert payer["email_address"] == "ann@example.com"


@pytest.mark.parametrize(
    ("answer", "address", "status"),
    [
        ("cancel", "http://127.0.0.1/cancel/?token={id}", "PAYER_ACTION_REQUIRED"),
        ("pay_and_close", "", "APPROVED"),
    ],
)
def test_the_payer_cancels_or_closes_the_tab(
    paypal: PayPalCaller, answer: str, address: str, status: str
) -> None:
    order = paypal.create()
    answered = answer_page(paypal.sandbox, order, answer)

    assert answered.headers.get("Location", "") == address.format(id=order["id"])
    assert paypal.sandbox.paypal_order("T-1")["status"] == status


def test_the_control_page_shows_orders_and_acts_on_them(paypal: PayPalCaller) -> None:
    order = paypal.create()
    page = requests.post(
        f"{paypal.sandbox.base_url}/sandbox/orders/{order['id']}/act",
        data={"action": "approve"},
        timeout=TIMEOUT_SECONDS,
    )

    assert order["id"] in page.text
    assert "<td>APPROVED</td>" in page.text
