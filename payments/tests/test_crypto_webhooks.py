"""BTCPay's webhooks: what is genuine, what each is about, what is refused (W1–W5, W10, W11)."""

import hashlib
import hmac
import json

import pytest

from commpeak.lib.errors import InvalidInput
from payments.gateways.base import ForgedWebhook, Notification
from payments.gateways.crypto.gateway import CryptoGateway

gateway = CryptoGateway()
EVENT = {
    "deliveryId": "D2",
    "originalDeliveryId": "D1",
    "isRedelivery": True,
    "type": "InvoiceSettled",
    "storeId": "nobody",
    "invoiceId": "INV1",
}
BODY = json.dumps(EVENT, indent=2).encode()


def signed(body: bytes, secret: str = "btcpay_whsec_nobody") -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"BTCPay-Sig": f"sha256={digest}"}


def event(**changes: object) -> bytes:
    return json.dumps(EVENT | changes).encode()


def test_a_genuine_webhook_names_its_first_delivery_and_its_invoice():
    """W1: a redelivery is known by the delivery that it repeats."""
    assert gateway.verify(signed(BODY), BODY) == Notification("D1", "InvoiceSettled", "INV1")


def test_w11_two_secrets_hold_while_one_is_being_rotated(settings):
    settings.BTCPAY_WEBHOOK_SECRETS = ["new", "old"]
    for secret in ("new", "old"):
        assert gateway.verify(signed(BODY, secret), BODY).gateway_id == "INV1"
    with pytest.raises(ForgedWebhook):
        gateway.verify(signed(BODY, "older"), BODY)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, BODY),
        (signed(BODY, "wrong"), BODY),
        (signed(BODY), BODY + b" "),
        (signed(BODY), BODY.replace(b"INV1", b"INV2")),
        ({"BTCPay-Sig": signed(BODY)["BTCPay-Sig"][:-1]}, BODY),
        ({"BTCPay-Sig": signed(BODY)["BTCPay-Sig"].removeprefix("sha256=")}, BODY),
        ({"BTCPay-Sig": "sha256=ü\udcff"}, BODY),
    ],
)
def test_w4_a_forged_webhook_is_refused(headers, body):
    with pytest.raises(ForgedWebhook):
        gateway.verify(headers, body)


def test_w4_the_signature_of_the_body_written_again_is_refused():
    written_again = json.dumps(json.loads(BODY), separators=(",", ":")).encode()
    with pytest.raises(ForgedWebhook):
        gateway.verify(signed(written_again), BODY)


def test_w4_without_secrets_nothing_is_genuine(settings):
    settings.BTCPAY_WEBHOOK_SECRETS = []
    with pytest.raises(ForgedWebhook):
        gateway.verify(signed(BODY, ""), BODY)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe{\x00}\x00",
        b'{"type":"InvoiceSettled"}',
        event(originalDeliveryId=7),
        event(extra=float("nan")),
        event(originalDeliveryId="D\x00"),
        event(type="Invoice Settled"),
        b"[" * 100_000,
    ],
)
def test_w9_w10_what_is_no_event_is_refused(body):
    with pytest.raises(InvalidInput):
        gateway.verify(signed(body), body)


@pytest.mark.parametrize(
    "changes",
    [
        {"storeId": "another"},
        {"invoiceId": None},
        {"invoiceId": "../../stores"},
        {"invoiceId": ["INV1"]},
        {"type": "PayoutCreated", "invoiceId": ""},
    ],
)
def test_w5_an_event_about_none_of_our_invoices_names_no_payment(changes):
    body = event(**changes)
    assert gateway.verify(signed(body), body).gateway_id == ""
