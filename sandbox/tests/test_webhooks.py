"""Webhooks: signed, retried, and wrong in every way that Stripe's can be (W1–W5)."""

from __future__ import annotations

import pytest
import stripe

from sandbox.faults import FaultKind
from sandbox.testing import Sandbox, run_sandbox
from sandbox.tests.conftest import Inbox, make_intent, open_inbox

PAID = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "charge.updated",
]


def pay(sandbox: Sandbox, client: stripe.StripeClient, card: str = "4242424242424242") -> None:
    sandbox.pay(str(make_intent(client).client_secret), card)
    sandbox.wait_for_webhooks()


def test_each_step_is_told_in_order_and_signed(
    sandbox: Sandbox, client: stripe.StripeClient, inbox: Inbox
) -> None:
    pay(sandbox, client)

    events = inbox.events(sandbox.webhook_secret)
    assert [event.type for event in events] == PAID
    assert events[2].data.object["status"] == "succeeded"
    assert events[0].data.object["status"] == "requires_payment_method"
    assert {event.api_version for event in events} == {stripe.api_version}
    assert [event.id for event in client.v1.events.list().data] == [e.id for e in events[::-1]]


def test_another_secret_does_not_verify(
    sandbox: Sandbox, client: stripe.StripeClient, inbox: Inbox
) -> None:
    pay(sandbox, client)

    with pytest.raises(stripe.SignatureVerificationError):
        inbox.events("whsec_other")


@pytest.mark.parametrize(
    ("card", "told"),
    [
        (
            "4000000000000002",
            ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"],
        ),
        ("4000002760003184", ["payment_intent.created", "payment_intent.requires_action"]),
        (
            "4000000000000259",
            [*PAID, "charge.dispute.created", "charge.dispute.funds_withdrawn"],
        ),
    ],
)
def test_each_card_tells_its_story(
    sandbox: Sandbox, client: stripe.StripeClient, inbox: Inbox, card: str, told: list[str]
) -> None:
    pay(sandbox, client, card)

    assert inbox.types(sandbox.webhook_secret) == told


def test_a_refused_webhook_is_sent_again_until_the_plan_is_at_its_end() -> None:
    with run_sandbox(retry_delays_seconds=(0.01, 0.02)) as sandbox:
        sandbox.send_webhooks_to("http://127.0.0.1:9/nobody-listens")
        client = stripe.StripeClient(sandbox.secret_key, base_addresses={"api": sandbox.base_url})
        make_intent(client)
        sandbox.wait_for_webhooks(with_retries=True)

        [delivery] = sandbox.deliveries("T-1")

    assert delivery["status"] == "failed"
    assert [one["status"] for one in delivery["attempts"]] == [0, 0, 0]
    assert delivery["attempts"][0]["error"].startswith("ConnectionRefusedError")


def test_a_retry_carries_the_same_event() -> None:
    with run_sandbox(retry_delays_seconds=(0.01,)) as sandbox, open_inbox(sandbox) as inbox:
        inbox.statuses.append(503)
        client = stripe.StripeClient(sandbox.secret_key, base_addresses={"api": sandbox.base_url})
        make_intent(client)
        sandbox.wait_for_webhooks(with_retries=True)

        first, second = inbox.events(sandbox.webhook_secret)
        [delivery] = sandbox.deliveries("T-1")

    assert first.id == second.id
    assert [one["status"] for one in delivery["attempts"]] == [503, 200]


def test_an_answer_other_than_2xx_counts_as_failed(
    sandbox: Sandbox, client: stripe.StripeClient, inbox: Inbox
) -> None:
    inbox.statuses += [500, 302]
    pay(sandbox, client)

    told = [(d["status"], d["attempts"][0]["status"]) for d in sandbox.deliveries("T-1")]
    assert told == [("failed", 500), ("failed", 302), *[("delivered", 200)] * 2]


def test_w1_a_doubled_webhook_is_the_same_event_many_times(
    sandbox: Sandbox, client: stripe.StripeClient, inbox: Inbox
) -> None:
    sandbox.set_fault(
        FaultKind.WEBHOOK_DOUBLED, match="T-1", event_type="payment_intent.succeeded", copies=20
    )
    pay(sandbox, client)

    events = inbox.events(sandbox.webhook_secret)
    assert len(events) == 23
    assert len({event.id for event in events}) == 4


def test_w2_held_webhooks_come_newest_first(
    sandbox: Sandbox, client: stripe.StripeClient, inbox: Inbox
) -> None:
    sandbox.set_fault(FaultKind.WEBHOOK_HELD, match="T-1")
    pay(sandbox, client)
    assert inbox.received == []

    assert sandbox.release_webhooks() == 4
    sandbox.wait_for_webhooks()

    assert inbox.types(sandbox.webhook_secret) == PAID[::-1]


def test_w2_out_of_order_turns_a_short_while_around(
    sandbox: Sandbox, client: stripe.StripeClient, inbox: Inbox
) -> None:
    sandbox.set_fault(FaultKind.WEBHOOK_OUT_OF_ORDER, match="T-1", seconds=60)
    pay(sandbox, client)
    sandbox.release_webhooks()  # what the end of the minute would do
    sandbox.wait_for_webhooks()

    assert inbox.types(sandbox.webhook_secret) == PAID[::-1]


def test_a_late_webhook_comes_after_those_that_followed_it(
    sandbox: Sandbox, client: stripe.StripeClient, inbox: Inbox
) -> None:
    sandbox.set_fault(FaultKind.WEBHOOK_LATE, match="T-1", event_type=PAID[1], seconds=0.5)
    pay(sandbox, client)

    assert inbox.types(sandbox.webhook_secret) == [PAID[0], *PAID[2:], PAID[1]]


def test_a_lost_webhook_stays_in_the_log_and_in_the_list_of_events(
    sandbox: Sandbox, client: stripe.StripeClient, inbox: Inbox
) -> None:
    sandbox.set_fault(FaultKind.WEBHOOK_LOST, match="T-1", event_type="payment_intent.succeeded")
    pay(sandbox, client)

    [lost] = sandbox.deliveries("T-1", event_type="payment_intent.succeeded")
    assert (lost["status"], lost["attempts"]) == ("lost", [])
    assert inbox.types(sandbox.webhook_secret) == [*PAID[:2], PAID[3]]
    assert client.v1.events.retrieve(lost["event_id"]).type == "payment_intent.succeeded"

    sandbox.resend(lost["id"])
    sandbox.wait_for_webhooks()
    assert inbox.types(sandbox.webhook_secret)[-1] == "payment_intent.succeeded"


@pytest.mark.parametrize("how", ["forged", "old", "unsigned", "truncated"])
def test_w3_w4_a_webhook_that_must_not_be_believed(
    sandbox: Sandbox, client: stripe.StripeClient, inbox: Inbox, how: str
) -> None:
    make_intent(client)
    sandbox.wait_for_webhooks()
    inbox.received.clear()

    sandbox.send_webhook(how, handle="T-1", changes={"status": "succeeded"})
    sandbox.wait_for_webhooks()

    [(headers, body)] = inbox.received
    assert b'"succeeded"' in body
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(
            body, headers.get("Stripe-Signature"), sandbox.webhook_secret
        )


def test_w5_an_unknown_type_about_an_unknown_payment_is_signed_rightly(
    sandbox: Sandbox, inbox: Inbox
) -> None:
    sandbox.send_webhook("genuine", type="moon.landed", changes={"surprise": {"deep": [1]}})
    sandbox.wait_for_webhooks()

    [event] = inbox.events(sandbox.webhook_secret)
    assert (event.type, event.data.object["surprise"]["deep"]) == ("moon.landed", [1])
