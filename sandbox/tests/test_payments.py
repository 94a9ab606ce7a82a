"""A payment from its creation to the money, through Stripe's own client."""

from __future__ import annotations

import pytest
import stripe

from sandbox.testing import Sandbox
from sandbox.tests.conftest import make_intent


def test_a_new_payment_waits_for_a_card(client: stripe.StripeClient) -> None:
    intent = make_intent(client)

    assert intent.status == "requires_payment_method"
    assert intent.payment_method_types == ["card"]
    assert intent.livemode is False
    assert intent.client_secret is not None
    assert intent.client_secret.startswith(f"{intent.id}_secret_")


def test_the_browser_pays_with_the_client_secret_alone(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    intent = make_intent(client)

    paid = sandbox.pay(str(intent.client_secret))

    assert (paid["status"], paid["amount"]) == ("succeeded", 5000)
    [charge] = sandbox.charges_of("T-1")
    assert charge["payment_method_details"]["card"]["last4"] == "4242"


def test_the_browser_sees_nothing_but_what_it_needs(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    secret = str(make_intent(client).client_secret)

    refused = sandbox.pay(secret, "4000000000000002")["error"]["payment_intent"]
    paid = sandbox.pay(secret)

    for shown in (refused, paid):
        assert {"metadata", "customer", "latest_charge", "amount_received"} & set(shown) == set()
        assert shown["client_secret"] == secret


def test_a_paid_intent_shows_its_charge_and_balance_line_when_expanded(
    client: stripe.StripeClient,
) -> None:
    intent = make_intent(client)

    paid = client.v1.payment_intents.confirm(
        intent.id,
        {"payment_method": "pm_card_visa", "expand": ["latest_charge.balance_transaction"]},
    )

    assert isinstance(paid.latest_charge, stripe.Charge)
    assert isinstance(paid.latest_charge.balance_transaction, stripe.BalanceTransaction)
    assert paid.latest_charge.balance_transaction.amount == 5000
    assert paid.latest_charge.balance_transaction.source == paid.latest_charge.id


def test_a_paid_intent_is_confirmed_only_once(client: stripe.StripeClient) -> None:
    intent = make_intent(client, confirm=True, payment_method="pm_card_visa")

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

    assert refusal.value.code == "payment_intent_unexpected_state"
    assert refusal.value.error is not None
    assert refusal.value.error.payment_intent is not None
    assert refusal.value.error.payment_intent.status == "succeeded"


def test_a_canceled_intent_takes_no_money(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    intent = make_intent(client)

    canceled = client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    answer = sandbox.pay(str(intent.client_secret))

    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    assert answer["error"]["code"] == "payment_intent_unexpected_state"
    assert sandbox.payment("T-1")["charge_count"] == 0


def test_a_paid_intent_cannot_be_canceled(client: stripe.StripeClient) -> None:
    intent = make_intent(client, confirm=True, payment_method="pm_card_visa")

    with pytest.raises(stripe.InvalidRequestError, match="status of succeeded"):
        client.v1.payment_intents.cancel(intent.id)


def test_manual_capture_takes_the_money_later(client: stripe.StripeClient) -> None:
    held = make_intent(client, capture_method="manual", confirm=True, payment_method="pm_card_visa")

    taken = client.v1.payment_intents.capture(held.id, {"amount_to_capture": 4000})

    assert (held.status, held.amount_capturable, held.amount_received) == (
        "requires_capture",
        5000,
        0,
    )
    assert (taken.status, taken.amount_received) == ("succeeded", 4000)


def test_a_changed_amount_is_what_is_charged(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    intent = make_intent(client)

    client.v1.payment_intents.update(intent.id, {"amount": 7000, "metadata": {"step": "2"}})
    sandbox.pay(str(intent.client_secret))

    assert sandbox.payment("T-1")["amount_charged"] == 7000
    assert sandbox.payment("T-1")["metadata"] == {"top_up": "T-1", "step": "2"}


def test_a_wrong_client_secret_pays_nothing(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    intent = make_intent(client)

    answer = sandbox.pay(f"{intent.id}_secret_guessed")

    assert answer["error"]["code"] == "payment_intent_invalid_parameter"
    assert sandbox.payment("T-1")["attempt_count"] == 0


def test_customers_are_found_by_what_we_wrote_on_them(client: stripe.StripeClient) -> None:
    made = client.v1.customers.create({"email": "a@example.com", "metadata": {"number": "1007"}})
    client.v1.customers.create({"metadata": {"number": "1008"}})

    found = client.v1.customers.search({"query": "metadata['number']:'1007'"})
    changed = client.v1.customers.update(made.id, {"name": "Ada", "metadata": {"number": ""}})

    assert [customer.id for customer in found.data] == [made.id]
    assert (changed.name, changed.email, changed.metadata.to_dict()) == ("Ada", "a@example.com", {})


def test_a_deleted_customer_is_gone(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create()

    assert client.v1.customers.delete(customer.id).deleted is True
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.customers.retrieve(customer.id)
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


def test_lists_are_read_page_by_page_newest_first(client: stripe.StripeClient) -> None:
    made = [make_intent(client).id for _ in range(5)]

    page = client.v1.payment_intents.list({"limit": 2})
    everything = [intent.id for intent in page.auto_paging_iter()]

    assert page.has_more is True
    assert [intent.id for intent in page.data] == [made[4], made[3]]
    assert everything == list(reversed(made))


def test_events_since_an_event_are_listed_with_ending_before(
    client: stripe.StripeClient,
) -> None:
    make_intent(client)
    mark = client.v1.events.list({"limit": 1}).data[0]
    make_intent(client, confirm=True, payment_method="pm_card_visa")

    later = client.v1.events.list(
        {"ending_before": mark.id, "types": ["payment_intent.succeeded", "charge.succeeded"]}
    )
    only = client.v1.events.list({"type": "payment_intent.*", "created": {"gte": mark.created}})

    assert [event.type for event in later.data] == ["payment_intent.succeeded", "charge.succeeded"]
    assert [event.type for event in only.data] == [
        "payment_intent.succeeded",
        "payment_intent.created",
        "payment_intent.created",
    ]
