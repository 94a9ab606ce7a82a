"""PayPal's webhooks: what is let in, what PayPal confirms, whom nobody asks (W4, W5, W10, S8)."""

import json
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler

import pytest

from commpeak.lib.errors import InvalidInput
from payments.gateways.base import ForgedWebhook, GatewayError, Notification
from payments.gateways.paypal.events import WRITTEN_WITHIN, verification_request
from payments.gateways.paypal.gateway import PayPalGateway
from payments.tests.test_paypal_gateway import KEY, pay, start_and_approve
from sandbox.faults import FaultKind
from sandbox.testing import Sandbox
from sandbox.tests.conftest import Inbox, open_inbox
from sandbox.tests.paypal import problems
from tests.http_server import serving

gateway = PayPalGateway()
ENVELOPE = {
    "PayPal-Auth-Algo": "SHA256withRSA",
    "PayPal-Cert-Url": "https://api.paypal.com/v1/notifications/certs/CERT-1",
    "PayPal-Transmission-Id": "69cd13f0-d67a-11e5-baa3-778b53f4ae55",
    "PayPal-Transmission-Sig": "lmI95Jx3Y9nhR5SJWlHVIWpg4AgFk7n9bCHSRxbrd8A9zrhdu2rMyFrmz",
    "PayPal-Transmission-Time": "2026-02-18T20:01:35Z",
}
EVENT = b'{"id":"WH-1","event_type":"CHECKOUT.ORDER.APPROVED","resource":{"id":"ABC123"}}'


@pytest.fixture
def inbox(paypal: Sandbox) -> Iterator[Inbox]:
    with open_inbox(paypal, gateway="paypal") as kept:
        yield kept


def received(paypal: Sandbox, inbox: Inbox, event_type: str) -> tuple[dict[str, str], bytes]:
    """Headers and body of the webhook of this type."""
    paypal.wait_for_webhooks()
    for headers, body in inbox.received:
        if json.loads(body)["event_type"] == event_type:
            return headers, body
    raise AssertionError(f"no {event_type} came")


def test_each_kind_of_event_leads_to_its_order(paypal, inbox):
    gateway_id = pay(paypal)
    paypal.paypal_act(KEY, "refund", amount="20.00")
    paypal.paypal_act(KEY, "dispute")
    paypal.wait_for_webhooks()
    confirmed = [gateway.confirm(*webhook) for webhook in inbox.received]
    assert [(one.event_type, one.gateway_id) for one in confirmed] == [
        ("CHECKOUT.ORDER.APPROVED", gateway_id),
        ("PAYMENT.CAPTURE.COMPLETED", gateway_id),
        ("CHECKOUT.ORDER.COMPLETED", gateway_id),
        ("PAYMENT.CAPTURE.REFUNDED", gateway_id),
        ("CUSTOMER.DISPUTE.CREATED", gateway_id),
    ]


def test_only_the_event_of_an_agreement_says_when_the_payer_was_there(paypal, inbox):
    pay(paypal)
    paypal.wait_for_webhooks()
    told = {}
    for _headers, body in inbox.received:
        event = json.loads(body)
        told[event["event_type"]] = event["create_time"], gateway.agreed_at(body)
    written_at, agreed_at = told.pop("CHECKOUT.ORDER.APPROVED")
    assert agreed_at == datetime.fromisoformat(written_at) - WRITTEN_WITHIN
    assert {when for _written_at, when in told.values()} == {None}


@pytest.mark.parametrize("create_time", ["", "soon", 5, None])
def test_an_agreement_without_a_time_says_nothing(create_time):
    body = json.loads(EVENT) | {"create_time": create_time}
    assert gateway.agreed_at(json.dumps(body).encode()) is None


def test_the_order_is_named_before_anyone_is_asked_where_the_event_names_it(paypal, inbox):
    gateway_id = start_and_approve(paypal)
    headers, body = received(paypal, inbox, "CHECKOUT.ORDER.APPROVED")
    evidence = {name: headers[name] for name in ENVELOPE}
    seen = gateway.verify(headers, body)
    assert seen == Notification(seen.event_id, "CHECKOUT.ORDER.APPROVED", gateway_id, evidence)
    assert seen.event_id.startswith(f"{json.loads(body)['id']}:")


def test_paypal_is_asked_whether_it_sent_it_as_it_describes_the_question(paypal, inbox):
    start_and_approve(paypal)
    asked = json.loads(verification_request(*received(paypal, inbox, "CHECKOUT.ORDER.APPROVED")))
    schema = ("notifications_webhooks_v1", "verify_webhook_signature")
    assert problems(*schema, asked) == []
    assert problems(*schema, asked | {"auth_algo": ""}) != []


@pytest.mark.parametrize(
    ("headers", "body"),
    [(ENVELOPE | {"PayPal-Transmission-Sig": "other"}, EVENT), (ENVELOPE, EVENT + b" ")],
)
def test_w4_who_copies_an_event_takes_its_place_only_with_its_signature(headers, body):
    assert gateway.verify(headers, body).event_id != gateway.verify(ENVELOPE, EVENT).event_id


def test_w4_a_changed_or_forged_event_is_not_confirmed(paypal, inbox):
    start_and_approve(paypal)
    headers, body = received(paypal, inbox, "CHECKOUT.ORDER.APPROVED")
    with pytest.raises(ForgedWebhook, match="did not send this"):
        gateway.confirm(headers, body.replace(b"50.00", b"99.00"))
    paypal.paypal_send_webhook("forged", handle=KEY, type="PAYMENT.CAPTURE.COMPLETED")
    with pytest.raises(ForgedWebhook, match="did not send this"):
        gateway.confirm(*received(paypal, inbox, "PAYMENT.CAPTURE.COMPLETED"))


def test_a_genuine_event_of_another_webhook_id_is_not_confirmed(paypal, inbox, settings):
    start_and_approve(paypal)
    webhook = received(paypal, inbox, "CHECKOUT.ORDER.APPROVED")
    settings.PAYPAL_WEBHOOK_ID = "OTHER"
    with pytest.raises(ForgedWebhook, match="did not send this"):
        gateway.confirm(*webhook)


def test_b9_an_event_is_not_forged_because_paypal_does_not_answer(paypal, inbox):
    start_and_approve(paypal)
    webhook = received(paypal, inbox, "CHECKOUT.ORDER.APPROVED")
    paypal.set_fault(FaultKind.ERROR_BEFORE, operation="webhooks.verify")
    with pytest.raises(GatewayError) as unknown:
        gateway.confirm(*webhook)
    assert unknown.value.permanent is False
    assert gateway.confirm(*webhook).event_type == "CHECKOUT.ORDER.APPROVED"


def test_w4_what_paypal_cannot_even_read_was_not_sent_by_paypal(paypal, inbox):
    """It answers 400: that is no trouble of its own which would pass."""
    start_and_approve(paypal)
    headers, body = received(paypal, inbox, "CHECKOUT.ORDER.APPROVED")
    with pytest.raises(ForgedWebhook, match="cannot be PayPal's: PayPal 400"):
        gateway.confirm(headers | {"PayPal-Transmission-Id": "x" * 51}, body)


def test_b9_a_refusal_that_may_be_our_own_fault_is_no_forgery(paypal, inbox, settings):
    start_and_approve(paypal)
    webhook = received(paypal, inbox, "CHECKOUT.ORDER.APPROVED")
    settings.PAYPAL_CLIENT_SECRET = "withdrawn"
    with pytest.raises(GatewayError, match="PayPal 401"):
        gateway.confirm(*webhook)


@pytest.mark.parametrize("missing", sorted(ENVELOPE))
def test_w4_a_missing_header_is_refused_at_the_door(missing):
    headers = {name: value for name, value in ENVELOPE.items() if name != missing}
    with pytest.raises(ForgedWebhook, match=missing):
        gateway.verify(headers, EVENT)


@pytest.mark.parametrize(
    "address",
    [
        "http://api.paypal.com/cert",
        "https://paypal.com.example.org/cert",
        "https://notpaypal.com/cert",
        "https://api.paypal.com@example.org/cert",
        "file:///etc/passwd",
        "https://[",
    ],
)
def test_w4_s8_a_certificate_that_is_not_paypals_is_refused_at_the_door(address):
    with pytest.raises(ForgedWebhook, match="certificate is not PayPal's"):
        gateway.verify(ENVELOPE | {"PayPal-Cert-Url": address}, EVENT)


def test_w4_s8_nobody_connects_to_where_a_header_points(paypal, inbox):
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    start_and_approve(paypal)
    headers, body = received(paypal, inbox, "CHECKOUT.ORDER.APPROVED")
    with serving(Handler) as attacker, pytest.raises(ForgedWebhook):
        gateway.confirm(headers | {"PayPal-Cert-Url": f"{attacker}/cert"}, body)
    assert asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe{\x00}\x00",
        b'{"id":"WH-1"}',
        EVENT[:-1] + b',"more":NaN}',
        b'{"id":7,"event_type":"CHECKOUT.ORDER.APPROVED"}',
        b'{"id":"WH\\u0000","event_type":"CHECKOUT.ORDER.APPROVED"}',
        b"[" * 100_000,
    ],
)
def test_w9_w10_what_is_no_event_is_refused_at_the_door(body):
    with pytest.raises(InvalidInput):
        gateway.verify(ENVELOPE, body)


@pytest.mark.parametrize(
    "resource", ["null", "[]", '"x"', '{"id":"../../v1/x"}', '{"id":["A"]}', "{}"]
)
def test_w5_an_odd_resource_names_no_order(resource):
    body = b'{"id":"WH-1","event_type":"CHECKOUT.ORDER.APPROVED","resource":%b}'
    assert gateway.verify(ENVELOPE, body % resource.encode()).gateway_id == ""
