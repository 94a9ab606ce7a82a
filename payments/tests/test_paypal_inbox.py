"""PayPal's webhooks from the door to the books: a worker has each one confirmed by PayPal first."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from commpeak.lib.clock import utc_now
from payments.models import Decline, WebhookEvent
from payments.services.process_webhook import ATTEMPTS_MAX, process_webhook
from payments.services.replay_webhook import replay_webhook
from payments.states import State
from payments.tests.builders import balance_of, entries_of, sync, usd
from payments.tests.paypal import agree, make_held_payment, make_paypal_payment
from sandbox.faults import FaultKind
from sandbox.testing import Sandbox
from sandbox.tests.conftest import Inbox, open_inbox

pytestmark = pytest.mark.django_db

URL = "/webhooks/paypal/"
Status = WebhookEvent.Status


@pytest.fixture
def inbox(paypal: Sandbox) -> Iterator[Inbox]:
    with open_inbox(paypal, gateway="paypal") as kept:
        yield kept


def received(paypal: Sandbox, inbox: Inbox) -> tuple[dict[str, str], bytes]:
    """Headers and body of the newest webhook that PayPal, or somebody as PayPal, has sent."""
    paypal.wait_for_webhooks()
    return inbox.received[-1]


def deliver(headers: dict[str, str], body: bytes) -> int:
    ours = {name: value for name, value in headers.items() if name.startswith("PayPal-")}
    answer = Client().post(URL, body, content_type="application/json", headers=ours)
    return answer.status_code


def work(event: WebhookEvent) -> WebhookEvent:
    """A worker takes it, whenever it is due."""
    process_webhook(event_id=event.pk, now=max(utc_now(), event.due_at))
    event.refresh_from_db()
    return event


def test_b4_w3_an_agreement_told_by_webhook_is_captured_and_credited_once(paypal, inbox):
    """Told again at once, and played back later: known, and nothing happens."""
    payment = make_paypal_payment()
    agree(paypal, payment)
    webhook = received(paypal, inbox)
    assert [deliver(*webhook), deliver(*webhook)] == [200, 200]
    work(WebhookEvent.objects.get())
    assert deliver(*webhook) == 200
    event = WebhookEvent.objects.get()
    payment.refresh_from_db()
    assert (event.status, event.evidence) == (Status.PROCESSED, {})
    assert (payment.state, balance_of(payment.top_up.customer)) == ("succeeded", usd("50.00"))
    assert [kind for kind, _source in entries_of(payment)] == ["top_up"]


def test_w4_a_forged_webhook_ends_as_forged_and_credits_nothing(paypal, inbox):
    payment = make_paypal_payment()
    paypal.paypal_send_webhook(
        "forged",
        handle=payment.gateway_id,
        type="PAYMENT.CAPTURE.COMPLETED",
        changes={"status": "COMPLETED"},
    )
    assert deliver(*received(paypal, inbox)) == 200
    event = work(WebhookEvent.objects.get())
    payment.refresh_from_db()
    assert (event.status, event.due_at) == (Status.FORGED, None)
    assert (payment.state, entries_of(payment)) == (State.AWAITING_CUSTOMER, [])


def test_w4_a_foreign_certificate_is_refused_and_nobody_is_asked(paypal, inbox):
    """Nobody: an outbound request would fail the test, as 127.0.0.1 is all that it may reach,
    and PayPal would count it."""
    payment = make_paypal_payment()
    paypal.paypal_send_webhook("foreign_cert", handle=payment.gateway_id)
    webhook = received(paypal, inbox)
    paypal.set_fault(FaultKind.ERROR_BEFORE, operation="webhooks.verify")
    assert deliver(*webhook) == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("how", ["unsigned", "foreign_cert"])
def test_w4_what_cannot_be_paypals_is_not_stored(paypal, inbox, how):
    paypal.paypal_send_webhook(how)
    assert deliver(*received(paypal, inbox)) == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("copied", ["id", "whole event"])
def test_w4_a_forger_who_was_first_takes_no_place_of_the_genuine_event(paypal, inbox, copied):
    payment = make_paypal_payment()
    agree(paypal, payment)
    headers, body = received(paypal, inbox)
    false = body if copied == "whole event" else json.dumps({**json.loads(body)}).encode()
    assert deliver(headers | {"PayPal-Transmission-Sig": "forged"}, false) == 200
    forged = work(WebhookEvent.objects.get())
    assert deliver(headers, body) == 200
    genuine = work(WebhookEvent.objects.latest("pk"))
    payment.refresh_from_db()
    assert (forged.status, genuine.status) == (Status.FORGED, Status.PROCESSED)
    assert payment.state == State.SUCCEEDED


def test_b9_an_event_waits_while_paypal_does_not_answer(paypal, inbox):
    payment = make_paypal_payment()
    agree(paypal, payment)
    webhook = received(paypal, inbox)
    paypal.set_fault(FaultKind.ERROR_BEFORE, operation="webhooks.verify", times=2)
    deliver(*webhook)
    event = work(WebhookEvent.objects.get())
    assert (event.status, event.attempts) == (Status.RECEIVED, 1)
    assert event.evidence != {}
    assert work(work(event)).status == Status.PROCESSED
    payment.refresh_from_db()
    assert payment.state == State.SUCCEEDED


def test_w5_a_genuine_event_of_another_kind_is_kept_and_ignored(paypal, inbox):
    paypal.paypal_send_webhook(
        "genuine", type="CUSTOMER.ACCOUNT-LIMITATION.ADDED", changes={"id": 7}
    )
    assert deliver(*received(paypal, inbox)) == 200
    assert work(WebhookEvent.objects.get()).status == Status.IGNORED


def test_a_genuine_event_about_nobodys_order_ends_with_staff(paypal, inbox):
    paypal.paypal_send_webhook("genuine")
    deliver(*received(paypal, inbox))
    event = WebhookEvent.objects.get()
    for _attempt in range(ATTEMPTS_MAX):
        work(event)
    assert event.status == Status.FAILED


def test_a_webhook_captures_nothing_of_an_unknown_payer(paypal, inbox):
    payment = make_held_payment(paypal)
    deliver(*received(paypal, inbox))
    work(WebhookEvent.objects.get())
    assert paypal.paypal_order(payment.gateway_id)["capture_statuses"] == []


def test_new_means_after_a_refusal_are_told_by_webhook_too(paypal, inbox):
    """B4: the payer chose another card at PayPal and closed the tab."""
    payment = make_paypal_payment()
    paypal.set_fault(FaultKind.DECLINED, match=payment.gateway_id)
    agree(paypal, payment)
    deliver(*received(paypal, inbox))
    work(WebhookEvent.objects.get())
    agree(paypal, payment)
    Decline.objects.update(created_at=utc_now() - timedelta(minutes=1))
    deliver(*received(paypal, inbox))
    work(WebhookEvent.objects.latest("pk"))
    payment.refresh_from_db()
    assert payment.state == State.SUCCEEDED


def test_an_agreement_that_is_told_after_its_refusal_is_no_new_one(paypal, inbox):
    """It was held up at PayPal or here; the payer has perhaps paid otherwise since."""
    payment = make_paypal_payment()
    paypal.set_fault(FaultKind.DECLINED, match=payment.gateway_id)
    agree(paypal, payment)
    sync(payment)
    deliver(*received(paypal, inbox))
    event = WebhookEvent.objects.get()
    process_webhook(event_id=event.pk, now=utc_now() + timedelta(minutes=5))
    assert paypal.paypal_order(payment.gateway_id)["capture_statuses"] == []


def test_an_agreement_that_is_replayed_is_no_new_one(paypal, inbox):
    payment = make_paypal_payment()
    paypal.set_fault(FaultKind.DECLINED, match=payment.gateway_id)
    agree(paypal, payment)
    deliver(*received(paypal, inbox))
    event = work(WebhookEvent.objects.get())
    replay_webhook(event_id=event.pk, now=utc_now() + timedelta(minutes=5))
    assert paypal.paypal_order(payment.gateway_id)["capture_statuses"] == []
