"""Requests that go wrong, outcomes that are late, objects that lie (B1–B3, W6, W7)."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from sandbox.faults import Fault, FaultBook, FaultKind
from sandbox.testing import Sandbox, SandboxError, run_sandbox
from sandbox.tests.conftest import Inbox, make_intent

CONFIRM = "payment_intents.confirm"


def test_b1_a_lost_answer_is_fetched_by_the_retry_and_charges_once(
    sandbox: Sandbox, retrying_client: stripe.StripeClient
) -> None:
    intent = make_intent(retrying_client)
    sandbox.set_fault(FaultKind.ANSWER_LOST, match="T-1", operation=CONFIRM)

    paid = retrying_client.v1.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_visa"}, {"idempotency_key": "k1"}
    )

    assert paid.status == "succeeded"
    assert paid.last_response is not None
    assert paid.last_response.headers["Idempotent-Replayed"] == "true"
    assert sandbox.payment("T-1")["charge_count"] == 1


def test_b1_an_answer_lost_for_good_leaves_the_money_to_be_found(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = make_intent(client)
    sandbox.set_fault(FaultKind.ANSWER_LOST, match="T-1", operation=CONFIRM)

    with pytest.raises(stripe.APIConnectionError):
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_an_error_before_anything_was_done_is_mended_by_a_retry(
    sandbox: Sandbox, retrying_client: stripe.StripeClient
) -> None:
    sandbox.set_fault(FaultKind.ERROR_BEFORE, match="T-1")

    assert make_intent(retrying_client).status == "requires_payment_method"
    assert len(sandbox.payments()) == 1


def test_b3_an_error_after_the_charge_is_replayed_for_its_key(
    sandbox: Sandbox, retrying_client: stripe.StripeClient
) -> None:
    intent = make_intent(retrying_client)
    sandbox.set_fault(FaultKind.ERROR_AFTER, match="T-1", operation=CONFIRM)

    for _ in range(2):
        with pytest.raises(stripe.APIError) as failure:
            retrying_client.v1.payment_intents.confirm(
                intent.id, {"payment_method": "pm_card_visa"}, {"idempotency_key": "k1"}
            )
        assert failure.value.http_status == 500

    assert retrying_client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert sandbox.payment("T-1")["charge_count"] == 1


def test_b9_too_many_requests_is_429(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    sandbox.set_fault(FaultKind.RATE_LIMITED)

    with pytest.raises(stripe.RateLimitError) as refusal:
        make_intent(client)

    assert refusal.value.error is not None
    assert (refusal.value.http_status, refusal.value.error.code) == (429, "rate_limit")
    assert make_intent(client).amount == 5000


@pytest.mark.parametrize(
    ("action", "how", "status", "charged"),
    [
        ("succeed", {}, "succeeded", 5000),
        ("decline", {"code": "insufficient_funds"}, "requires_payment_method", 0),
    ],
)
def test_b1_b2_a_payment_left_processing_is_decided_later(
    sandbox: Sandbox,
    client: stripe.StripeClient,
    action: str,
    how: dict[str, Any],
    status: str,
    charged: int,
) -> None:
    sandbox.set_fault(FaultKind.PROCESSING, match="T-1")
    waiting = make_intent(client, confirm=True, payment_method="pm_card_visa")

    decided = sandbox.act("T-1", action, **how)

    assert waiting.status == "processing"
    assert (decided["status"], decided["amount_charged"]) == (status, charged)
    assert sandbox.act("T-1", action)["attempt_count"] == 1


def test_a_fault_can_decline_a_good_card(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    sandbox.set_fault(FaultKind.DECLINED, match="T-1", code="stolen_card")

    error = sandbox.pay(str(make_intent(client).client_secret))["error"]

    assert (error["code"], error["decline_code"]) == ("card_declined", "stolen_card")


LIES = [
    (FaultKind.WRONG_AMOUNT, {"amount": 100}, "amount", 100),
    (FaultKind.WRONG_CURRENCY, {"currency": "eur"}, "currency", "eur"),
    (FaultKind.WRONG_LIVEMODE, {}, "livemode", True),
    (FaultKind.WRONG_MERCHANT, {}, "on_behalf_of", "acct_somebody_else"),
    (FaultKind.WRONG_REFERENCE, {"code": "T-2"}, "metadata", {"top_up": "T-2"}),
]


@pytest.mark.parametrize(("kind", "how", "name", "value"), LIES)
def test_w6_w7_answers_and_webhooks_lie_alike_until_the_fault_is_removed(
    sandbox: Sandbox,
    client: stripe.StripeClient,
    inbox: Inbox,
    kind: FaultKind,
    how: dict[str, Any],
    name: str,
    value: Any,
) -> None:
    intent = make_intent(client)
    truth = intent.to_dict()[name]
    sandbox.set_fault(kind, match="T-1", **how)
    sandbox.pay(str(intent.client_secret))
    sandbox.wait_for_webhooks()

    lie = client.v1.payment_intents.retrieve(intent.id).to_dict()[name]
    sandbox.clear_faults()

    told = inbox.events(sandbox.webhook_secret)[-2].to_dict()
    assert told["type"] == "payment_intent.succeeded"
    assert told["data"]["object"][name] == value
    assert lie == value
    assert client.v1.payment_intents.retrieve(intent.id).to_dict()[name] == truth


def test_a_lie_can_be_told_in_webhooks_alone(
    sandbox: Sandbox, client: stripe.StripeClient, inbox: Inbox
) -> None:
    sandbox.set_fault(FaultKind.WRONG_AMOUNT, match="T-1", amount=100, where="webhooks")
    intent = make_intent(client)
    sandbox.wait_for_webhooks()

    [event] = inbox.events(sandbox.webhook_secret)
    assert event.data.object["amount"] == 100
    assert client.v1.payment_intents.retrieve(intent.id).amount == 5000


def test_a_fault_for_one_payment_spares_the_others(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    sandbox.set_fault(FaultKind.ERROR_BEFORE, match="T-2", times=5)

    assert make_intent(client).amount == 5000
    with pytest.raises(stripe.APIError):
        make_intent(client, metadata={"top_up": "T-2"})


def test_a_fault_strikes_as_often_as_it_says() -> None:
    book = FaultBook()
    book.add(Fault(kind=FaultKind.SLOW, match="T-1", times=2))

    struck = [book.take(FaultKind.SLOW, handles={"T-1"}) is not None for _ in range(3)]

    assert struck == [True, True, False]
    assert book.all() == []


def test_a_wrong_fault_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="seconds"):
        sandbox.set_fault(FaultKind.SLOW, seconds=10_000)
    with pytest.raises(SandboxError, match="nothing"):
        sandbox.act("nothing", "succeed")


def test_a_taken_port_is_said_in_words(sandbox: Sandbox) -> None:
    taken = int(sandbox.base_url.rpartition(":")[2])

    with pytest.raises(SandboxError, match="did not start"), run_sandbox(port=taken):
        pytest.fail("two processes on one port")
