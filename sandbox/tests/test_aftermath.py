"""After the money came: refunds, disputes, and the pages for people."""

from __future__ import annotations

import http.client
from urllib.parse import urlencode, urlsplit

import pytest
import stripe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.testing import Sandbox, SandboxError
from sandbox.tests.conftest import Inbox, make_intent


def paid(client: stripe.StripeClient, card: str = "pm_card_visa") -> stripe.PaymentIntent:
    return make_intent(client, confirm=True, payment_method=card)


def test_a_refund_in_parts_ends_at_the_amount_paid(client: stripe.StripeClient) -> None:
    intent = paid(client)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 2000})

    with pytest.raises(stripe.InvalidRequestError, match=r"unrefunded amount on charge \(\$30"):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 3001})
    rest = client.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"payment_intent": intent.id})

    assert (rest.amount, rest.status) == (3000, "succeeded")
    assert refusal.value.code == "charge_already_refunded"
    assert client.v1.charges.retrieve(str(intent.latest_charge)).refunded is True


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=4))
def test_refunds_never_add_up_to_more_than_was_paid(
    client: stripe.StripeClient, amounts: list[int]
) -> None:
    intent = paid(client)
    done = 0
    for amount in amounts:
        try:
            done += client.v1.refunds.create({"payment_intent": intent.id, "amount": amount}).amount
        except stripe.InvalidRequestError:
            assert done + amount > 5000

    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    assert (charge.amount_refunded, done <= 5000) == (done, True)


def test_a_refund_from_the_dashboard_is_told_by_webhook(
    sandbox: Sandbox, client: stripe.StripeClient, inbox: Inbox
) -> None:
    paid(client)
    sandbox.wait_for_webhooks()
    inbox.received.clear()

    assert sandbox.act("T-1", "refund", amount=1500)["amount_refunded"] == 1500
    sandbox.wait_for_webhooks()

    assert inbox.types(sandbox.webhook_secret) == ["refund.created", "charge.refunded"]


def test_a_refund_that_the_bank_sends_back_leaves_nothing_refunded(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = paid(client, "pm_card_refundFail")
    refund = client.v1.refunds.create({"payment_intent": intent.id})

    assert (refund.status, sandbox.payment("T-1")["amount_refunded"]) == ("failed", 0)


def test_a_pending_refund_is_decided_later(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    intent = paid(client, "pm_card_pendingRefund")
    refund = client.v1.refunds.create({"payment_intent": intent.id})

    sandbox.act("T-1", "settle_refund", succeeds=True)

    assert refund.status == "pending"
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"


@pytest.mark.parametrize(
    ("action", "status", "told", "balance"),
    [
        ("lose_dispute", "lost", ["charge.dispute.closed"], -5000),
        (
            "win_dispute",
            "won",
            ["charge.dispute.closed", "charge.dispute.funds_reinstated"],
            0,
        ),
    ],
)
def test_a_dispute_takes_the_money_and_may_give_it_back(
    sandbox: Sandbox,
    client: stripe.StripeClient,
    inbox: Inbox,
    action: str,
    status: str,
    told: list[str],
    balance: int,
) -> None:
    paid(client)
    sandbox.act("T-1", "dispute", reason="fraudulent")
    sandbox.wait_for_webhooks()
    inbox.received.clear()

    sandbox.act("T-1", action)
    sandbox.wait_for_webhooks()

    [dispute] = client.v1.disputes.list().data
    assert (dispute.status, dispute.amount, dispute.reason) == (status, 5000, "fraudulent")
    assert sum(line.amount for line in dispute.balance_transactions) == balance
    assert inbox.types(sandbox.webhook_secret) == told


def test_a_disputed_charge_is_not_refunded_as_well(client: stripe.StripeClient) -> None:
    intent = paid(client, "pm_card_createDispute")

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"payment_intent": intent.id})

    assert refusal.value.code == "charge_disputed"


def test_giving_in_closes_a_dispute_as_lost(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    paid(client, "pm_card_createDispute")
    [dispute] = client.v1.disputes.list().data

    assert client.v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(SandboxError, match="already closed"):
        sandbox.act("T-1", "lose_dispute")


def ask(sandbox: Sandbox, method: str, path: str, **fields: str) -> tuple[int, str, str]:
    """Status, Location and text of a page."""
    place = urlsplit(sandbox.base_url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=10)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request(method, path, urlencode(fields), headers)
    response = connection.getresponse()
    answer = response.status, response.headers.get("Location", ""), response.read().decode()
    connection.close()
    return answer


def test_the_control_page_steers_a_payment(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    intent = make_intent(client)
    sandbox.pay(str(intent.client_secret), "4000002760003184")

    status, _, text = ask(sandbox, "GET", "/sandbox/")
    ask(sandbox, "POST", f"/sandbox/payments/{intent.id}/act", action="approve_3ds")
    ask(sandbox, "POST", "/sandbox/faults", kind="slow", match="T-1", seconds="2")
    _, location, _ = ask(sandbox, "POST", "/sandbox/faults", kind="slow", seconds="x")

    assert (status, intent.id in text) == (200, True)
    assert sandbox.payment("T-1")["status"] == "succeeded"
    assert "problem=Input" in location
    assert "slow" in ask(sandbox, "GET", "/sandbox/")[2]


def test_a_3ds_question_is_answered_once(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    asked = sandbox.pay(str(make_intent(client).client_secret), "4000002760003184")
    path = urlsplit(asked["next_action"]["redirect_to_url"]["url"]).path

    first = ask(sandbox, "POST", path, answer="complete")
    second = ask(sandbox, "POST", path, answer="fail")

    assert (first[0], second[0]) == (303, 303)
    assert "redirect_status=succeeded" in first[1]
    assert "redirect_status=succeeded" in second[1]
    assert "Nothing to answer here" in ask(sandbox, "GET", path)[2]
    assert ask(sandbox, "GET", "/3ds/3ds_unknown")[0] == 404
    assert ask(sandbox, "POST", path, answer="maybe")[0] == 400
