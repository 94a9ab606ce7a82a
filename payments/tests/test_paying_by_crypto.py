"""Crypto from Checkout to the books: each odd payment is credited once, and said (B7, W1, W2)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.tests.builders import publish
from commpeak.lib.clock import utc_now
from commpeak.lib.spread import spread
from payments.models import Payment, PaymentFact, WebhookEvent
from payments.selectors.top_up_progress import top_up_progress
from payments.services.close_review import close_review
from payments.services.find_remote_changes import find_remote_changes
from payments.services.process_webhook import process_webhook
from payments.services.sync_payment import sync_payment
from payments.states import State
from payments.tests.builders import POLL, balance_of, make_payment, sync, usd
from sandbox.faults import FaultKind
from sandbox.testing import Sandbox
from sandbox.tests.conftest import open_inbox
from tests.books import assert_books_prove

pytestmark = pytest.mark.django_db


def start(crypto: Sandbox, *actions: str) -> Payment:
    """50.00 USD on Voice by crypto, after these actions outside and one look at each."""
    payment = make_payment(money=usd("50.00"), method="crypto")
    sync(payment)
    for action in actions:
        crypto.btcpay_act(payment.idempotency_key, action)
        sync(payment)
    return payment


def credits_of(payment: Payment) -> list[str]:
    facts = PaymentFact.objects.filter(payment=payment).order_by("occurred_at", "pk")
    return [str(fact.money) for fact in facts]


def told(payment: Payment) -> tuple[str, list[str]]:
    """The status page: its headline, and each step with its text."""
    progress = top_up_progress(payment.top_up)
    return progress.headline, [
        f"{s.title}: {s.text}" if s.text else s.title for s in progress.steps
    ]


@pytest.mark.parametrize(
    ("actions", "state", "credited"),
    [
        (["pay"], State.PROCESSING, []),
        (["pay", "confirm"], State.PROCESSING, []),
        (["pay", "confirm_all"], State.SUCCEEDED, ["50.00 USD"]),
        (["pay_under", "expire"], State.PROCESSING, []),
        (["pay_under", "expire", "confirm_all"], State.SUCCEEDED, ["20.00 USD"]),
        (["pay_over", "confirm_all"], State.SUCCEEDED, ["60.00 USD"]),
        (["expire", "pay_late"], State.EXPIRED, []),
        (["expire", "pay_late", "confirm_all"], State.SUCCEEDED, ["50.00 USD"]),
        (["pay", "pay_again", "confirm_all"], State.SUCCEEDED, ["50.00 USD", "49.90 USD"]),
        (
            ["pay", "confirm_all", "pay_again", "confirm_all"],
            State.SUCCEEDED,
            ["50.00 USD", "49.90 USD"],
        ),
        (["pay", "invalidate"], State.FAILED, []),
        (["pay", "invalidate", "pay", "confirm_all"], State.SUCCEEDED, ["50.00 USD"]),
    ],
)
def test_b7_what_arrives_is_credited_once_when_it_is_confirmed(crypto, actions, state, credited):
    payment = start(crypto, *actions)
    sync(payment)
    assert (payment.state, credits_of(payment)) == (state, credited)
    total = sum((usd(amount.removesuffix(" USD")) for amount in credited), usd("0"))
    assert balance_of(payment.top_up.customer) == total
    assert payment.needs_review == ""
    assert_books_prove()


@pytest.mark.parametrize(
    ("actions", "headline", "steps"),
    [
        (
            ["pay", "confirm", "confirm"],
            "Waiting for confirmations",
            "0.00077650 BTC of 0.00077650 BTC received. 2 of 6 confirmations. Credited once",
        ),
        (["pay_under"], "Waiting for your payment", "0.00031060 BTC of 0.00077800 BTC received."),
        (["pay_under"], "Waiting for your payment", "You may send the rest while the rate"),
        (["pay_under", "expire", "confirm_all"], "Paid in part", "20.00 USD arrived."),
        (["pay_over", "confirm_all"], "Paid", "60.00 USD arrived."),
        (
            ["expire", "pay_late"],
            "Waiting for confirmations",
            "It came after the rate had expired, and is credited all the same.",
        ),
        (
            ["pay", "confirm_all", "pay_again"],
            "Paid",
            "Waiting for confirmations: 0.00155300 BTC of",
        ),
        (
            ["pay", "invalidate"],
            "The payment did not go through",
            "it was replaced or spent elsewhere",
        ),
        (["expire"], "Not paid in time, nothing was charged", "You asked for 50.00 USD on Voice"),
    ],
)
def test_b7_the_status_page_tells_the_story(crypto, actions, headline, steps):
    payment = start(crypto, *actions)
    said, lines = told(payment)
    assert said == headline
    assert steps in "\n".join(lines)


def test_b7_money_under_way_for_an_expired_invoice_is_never_hidden_behind_expired(crypto):
    progress = top_up_progress(start(crypto, "expire", "pay_late").top_up)
    assert (progress.is_final, progress.can_retry) == (False, False)


# --- looked at again ------------------------------------------------------------------------


def test_b7_a_paid_or_expired_payment_is_asked_about_until_nothing_more_can_come(crypto):
    for actions in (["pay", "confirm_all"], ["expire"]):
        payment = start(crypto, *actions)
        assert payment.next_poll_at > utc_now()
        sync_payment(payment_id=payment.pk, source=POLL, now=utc_now() + timedelta(days=9))
        payment.refresh_from_db()
        assert payment.next_poll_at is None


def test_while_confirmations_are_counted_it_is_asked_about_every_two_minutes(crypto):
    payment = start(crypto, "pay")
    Payment.objects.filter(pk=payment.pk).update(poll_count=20)
    now = utc_now()
    sync_payment(payment_id=payment.pk, source=POLL, now=now)
    payment.refresh_from_db()
    pause = spread(timedelta(minutes=2), key=f"{payment.idempotency_key}:20")
    assert payment.next_poll_at == now + pause


def test_b7_credited_money_whose_block_is_gone_is_for_staff_and_stays_credited(crypto):
    """A reorganised chain. Staff are asked once, and decide."""
    payment = start(crypto, "pay_under", "pay", "confirm_all")
    part = payment.facts.latest("occurred_at", "pk")
    crypto.btcpay_act(payment.idempotency_key, "invalidate")
    sync(payment)
    assert payment.needs_review == ""  # that answer may have been on its way before
    with time_machine.travel(utc_now() + timedelta(minutes=2), tick=False):
        sync(payment)
        assert payment.needs_review == f"{part} was recorded, and is not told any more"
        close_review(payment_id=payment.pk, actor="ann", reason="Waits", now=utc_now())
        sync(payment)
    assert payment.needs_review == ""
    assert (payment.state, credits_of(payment)) == (State.SUCCEEDED, ["20.00 USD", "30.00 USD"])


def test_the_daily_list_finds_a_late_payment_that_no_webhook_told(crypto):
    payment = start(crypto, "expire")
    crypto.btcpay_act(payment.idempotency_key, "pay_late")
    crypto.btcpay_act(payment.idempotency_key, "confirm_all")
    assert find_remote_changes(gateway="crypto", now=utc_now()) == 1
    process_webhook(event_id=WebhookEvent.objects.get().pk, now=utc_now())
    assert credits_of(payment) == ["50.00 USD"]


# --- webhooks -------------------------------------------------------------------------------


Message = tuple[dict[str, str], bytes]


def messages_about(crypto: Sandbox, payment: Payment, *actions: str) -> list[Message]:
    """What BTCPay tells of these actions, newest first."""
    with open_inbox(crypto, gateway="crypto") as inbox:
        for action in actions:
            crypto.btcpay_act(payment.idempotency_key, action)
        crypto.wait_for_webhooks()
        return inbox.received[::-1]


def deliver(*messages: Message) -> set[int]:
    """Sends them to the webhook's address and works on all of it; the answers' statuses."""
    sent = [
        Client().post(
            "/webhooks/crypto/",
            body,
            content_type="application/json",
            headers={"BTCPay-Sig": headers["BTCPay-Sig"]},
        )
        for headers, body in messages
    ]
    for event in WebhookEvent.objects.order_by("pk"):
        process_webhook(event_id=event.pk, now=utc_now())
    return {answer.status_code for answer in sent}


def test_w1_w2_w3_webhooks_out_of_order_doubled_and_played_back_credit_once(crypto):
    payment = start(crypto)
    messages = messages_about(crypto, payment, "pay_under", "pay", "confirm_all")
    assert deliver(*messages, *messages) == {200}
    assert deliver(*messages) == {200}
    statuses = WebhookEvent.objects.values_list("status", flat=True)
    assert list(statuses) == ["processed"] * len(messages)
    assert credits_of(payment) == ["20.00 USD", "30.00 USD"]
    assert_books_prove()


def test_b1_a_start_whose_answer_was_lost_is_adopted_by_its_webhook(crypto):
    payment = make_payment(money=usd("50.00"), method="crypto")
    crypto.set_fault(FaultKind.ERROR_AFTER, operation="invoices.create")
    with pytest.raises(Exception, match="BTCPay 500"):
        sync(payment)
    payment.refresh_from_db()
    assert payment.gateway_id == ""
    deliver(*messages_about(crypto, payment, "pay", "confirm_all"))
    assert credits_of(payment) == ["50.00 USD"]


def test_w8_a_webhook_that_says_settled_credits_nothing_by_itself(crypto):
    payment = start(crypto)
    with open_inbox(crypto, gateway="crypto") as inbox:
        crypto.btcpay_send_webhook("genuine", handle=payment.gateway_id, type="InvoiceSettled")
        crypto.wait_for_webhooks()
    deliver(*inbox.received)
    payment.refresh_from_db()
    assert (payment.state, credits_of(payment)) == (State.AWAITING_CUSTOMER, [])


# --- what does not match --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        (FaultKind.WRONG_AMOUNT, "an invoice about 1.00 USD, not about 50.00 USD"),
        (FaultKind.WRONG_CURRENCY, "an invoice about 50.00 EUR, not about 50.00 USD"),
        (FaultKind.WRONG_MERCHANT, "an invoice of another store: SOMEBODY-ELSES-STORE"),
        (FaultKind.WRONG_REFERENCE, "answer with another key: SOMEBODY-ELSE"),
    ],
)
def test_w6_w7_what_does_not_match_is_for_staff_and_credits_nothing(crypto, kind, problem):
    payment = start(crypto)
    crypto.btcpay_act(payment.idempotency_key, "pay")
    crypto.btcpay_act(payment.idempotency_key, "confirm_all")
    crypto.set_fault(kind, match=payment.gateway_id)
    sync(payment)
    assert (payment.needs_review, credits_of(payment)) == (problem, [])
    assert_books_prove()


def test_one_settled_by_hand_without_money_is_for_staff(crypto):
    payment = start(crypto, "mark_settled")
    assert payment.needs_review == "settled at BTCPay without a payment that counts"
    assert credits_of(payment) == []


# --- terms ----------------------------------------------------------------------------------


def test_a_started_payment_goes_on_under_the_terms_agreed_to_at_the_time(crypto):
    payment = start(crypto)
    publish("crypto", "Other words.")
    crypto.btcpay_act(payment.idempotency_key, "pay")
    crypto.btcpay_act(payment.idempotency_key, "confirm_all")
    sync(payment)
    assert credits_of(payment) == ["50.00 USD"]
