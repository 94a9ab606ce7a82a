"""docs/gateways.md: a gateway is a folder and a line. This one is a class and that line."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from commpeak.lib.clock import utc_now
from payments.gateways.base import (
    ForgedWebhook,
    LocalDefaults,
    Notification,
    ObservedFact,
    Order,
    Profile,
    Redirect,
    Snapshot,
    Words,
)
from payments.gateways.registry import GATEWAYS
from payments.models import TopUp, WebhookEvent
from payments.selectors.due_webhooks import due_webhooks
from payments.services.process_webhook import process_webhook
from payments.states import FactKind, State
from payments.tests.builders import balance_of, make_customer, usd
from payments.tests.test_top_up_pages import form, log_in, text_of

pytestmark = pytest.mark.django_db
PAYER_PAGE = "https://pay.example/p-1"


class VoucherGateway(LocalDefaults):
    """The outside party is a dict: what it knows, by its own id of the payment."""

    code = "voucher"
    profile = Profile(
        words=Words(
            name="Voucher",
            speed="at once",
            about="You type a number that you bought.",
            fees="The shop takes one.",
            next_step="Next you type the number.",
            waiting="Waiting for your voucher",
            paying="You pay by voucher",
            paying_how="Type the number at Example Pay.",
            processing="The voucher is being looked at",
            processing_how="A second.",
        ),
        unpaid_expires_after=timedelta(hours=1),
    )

    def __init__(self) -> None:
        self.known: dict[str, Snapshot] = {}

    def is_configured(self) -> bool:
        return True

    def start(self, order: Order) -> Snapshot:
        way = Redirect(PAYER_PAGE, "Example Pay")
        self.known.setdefault("p-1", Snapshot(gateway_id="p-1", key=order.key, next_step=way))
        return self.known["p-1"]

    def fetch(self, gateway_id: str) -> Snapshot:
        return self.known[gateway_id]

    def cancel(self, gateway_id: str, *, by_customer: bool) -> Snapshot:
        return replace(self.known[gateway_id], next_step=None, dead=State.CANCELED)

    def verify(self, headers, body: bytes) -> Notification:
        if headers.get("Voucher-Signature") != "genuine":
            raise ForgedWebhook("The signature is not valid.")
        return Notification(event_id="e-1", event_type="paid", gateway_id=json.loads(body)["id"])

    def take(self, gateway_id: str, amount: str) -> None:
        capture = ObservedFact(FactKind.CAPTURE, "c-1", usd(amount), utc_now())
        self.known[gateway_id] = replace(self.known[gateway_id], next_step=None, facts=(capture,))


@pytest.fixture
def voucher(monkeypatch) -> VoucherGateway:
    gateway = VoucherGateway()
    monkeypatch.setitem(GATEWAYS, gateway.code, gateway)
    return gateway


def send_webhook(signature: str) -> int:
    answer = Client().post(
        "/webhooks/voucher/",
        json.dumps({"id": "p-1"}),
        content_type="application/json",
        headers={"Voucher-Signature": signature},
    )
    return answer.status_code


def test_a_gateway_in_the_registry_is_offered_paid_by_told_of_and_credited(client, voucher):
    customer = make_customer()
    log_in(client, customer)
    assert 'value="voucher"' in text_of(client.get("/topup/?purse=voice"))
    methods = text_of(client.get("/methods/"))
    for words in ("Voucher", "at once", "The shop takes one."):
        assert words in methods

    pay_page = client.get(client.post("/topup/", form("50", method="voucher")).url)
    assert "You go to Example Pay and come back here by yourself." in text_of(pay_page)
    assert "form-action 'self' https://pay.example;" in pay_page["Content-Security-Policy"] + ";"
    top_up = TopUp.objects.get()
    leave = f"{top_up.get_absolute_url()}leave/"
    assert client.post(leave)["Location"] == PAYER_PAGE
    assert "You pay by voucher" in text_of(client.get(top_up.get_absolute_url()))

    voucher.take("p-1", "50.00")
    assert send_webhook("forged") == 400
    assert not WebhookEvent.objects.exists()
    assert send_webhook("genuine") == 200
    for event_id in due_webhooks(now=utc_now()):
        process_webhook(event_id=event_id, now=utc_now())
    assert balance_of(customer) == usd("50.00")
    assert "Voucher" in text_of(client.get(top_up.get_absolute_url()))


def test_a_gateway_that_is_not_in_the_registry_has_no_address():
    assert send_webhook("genuine") == 404
