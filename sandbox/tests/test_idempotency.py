"""The same key gives the same answer; https://docs.stripe.com/api/idempotent_requests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from sandbox.faults import FaultKind
from sandbox.testing import Sandbox
from sandbox.tests.conftest import make_intent

OURS = {"amount": 5000, "currency": "usd", "allowed_payment_method_types": ["card"]}


def create(client: stripe.StripeClient, key: str, **params: object) -> stripe.PaymentIntent:
    wanted = {**OURS, "metadata": {"top_up": "T-1"}, **params}
    return client.v1.payment_intents.create(wanted, {"idempotency_key": key})  # type: ignore[arg-type]


def test_a_repeated_key_gives_the_first_answer_and_makes_nothing_new(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    first, second = create(client, "k1"), create(client, "k1")

    assert second.id == first.id
    assert second.last_response is not None
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(sandbox.payments()) == 1


def test_a_decline_is_replayed_too(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    refusals = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as refusal:
            create(client, "k1", confirm=True, payment_method="pm_card_chargeDeclined")
        refusals.append(refusal.value.http_body)

    assert refusals[0] == refusals[1]
    assert sandbox.payment("T-1")["attempt_count"] == 1


def test_a_key_with_other_parameters_is_refused(client: stripe.StripeClient) -> None:
    create(client, "k1")

    with pytest.raises(stripe.IdempotencyError, match="same parameters") as refusal:
        create(client, "k1", amount=5001)

    assert refusal.value.http_status == 400


def test_a_key_for_another_address_is_refused(client: stripe.StripeClient) -> None:
    create(client, "k1")

    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.customers.create({}, {"idempotency_key": "k1"})


def test_refused_parameters_do_not_use_up_the_key(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        create(client, "k1", colour="red")

    assert create(client, "k1").amount == 5000


def test_a_key_whose_request_is_still_running_is_409(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    sandbox.set_fault(FaultKind.SLOW, match="T-1", seconds=1)
    outcomes = []

    def attempt(_: int) -> None:
        try:
            outcomes.append(create(client, "k1").object)
        except stripe.StripeError as error:
            outcomes.append(f"{error.http_status} {error.error and error.error.code}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(attempt, range(4)))

    assert sorted(outcomes) == [*["409 idempotency_key_in_use"] * 3, "payment_intent"]
    assert len(sandbox.payments()) == 1


def test_many_confirmations_at_once_charge_once(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = make_intent(client)

    def confirm(number: int) -> str:
        try:
            options: stripe.RequestOptions = {"idempotency_key": f"k{number}"}
            params = {"payment_method": "pm_card_visa"}
            return client.v1.payment_intents.confirm(intent.id, params, options).status  # type: ignore[arg-type]
        except stripe.InvalidRequestError as error:
            return str(error.code)

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(confirm, range(8)))

    assert outcomes == [*["payment_intent_unexpected_state"] * 7, "succeeded"]
    assert sandbox.payment("T-1")["charge_count"] == 1
