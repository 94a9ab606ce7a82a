"""What is asked wrongly is refused, in Stripe's words."""

from __future__ import annotations

from typing import Any

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st
from stripe._encode import _api_encode

from sandbox.stripe_api.forms import decode
from sandbox.testing import Sandbox
from sandbox.tests.conftest import make_intent


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        (
            {"payment_method_options": {"card": {"colour": "red"}}},
            "parameter_unknown",
            "payment_method_options[card][colour]",
        ),
        ({"amount": "50.00"}, "parameter_invalid_integer", "amount"),
        ({"amount": 0}, "parameter_invalid_integer", "amount"),
        ({"amount": 49}, "amount_too_small", "amount"),
        ({"amount": 10**12}, "amount_too_large", "amount"),
        ({"currency": "xyz"}, None, "currency"),
        ({"currency": ""}, "parameter_invalid_empty", "currency"),
        ({"setup_future_usage": "always"}, None, "setup_future_usage"),
        ({"return_url": "http://127.0.0.1/"}, None, "return_url"),
        ({"customer": "cus_nobody"}, "resource_missing", "customer"),
        ({"payment_method": "pm_none"}, "resource_missing", "payment_method"),
    ],
)
def test_wrong_parameters_are_named(
    client: stripe.StripeClient, params: dict[str, Any], code: str | None, param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        make_intent(client, **params)

    assert (refusal.value.http_status, refusal.value.code) == (400, code)
    assert refusal.value.param == param


def test_a_missing_parameter_is_named(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Missing required param: amount") as no:
        client.v1.payment_intents.create({"currency": "usd"})  # type: ignore[typeddict-item]

    assert (no.value.code, no.value.param) == ("parameter_missing", "amount")


def test_the_smallest_amount_depends_on_the_currency(client: stripe.StripeClient) -> None:
    assert make_intent(client, amount=30, currency="GBP").currency == "gbp"
    with pytest.raises(stripe.InvalidRequestError, match=r"at least £0\.30 gbp"):
        make_intent(client, amount=29, currency="gbp")


def test_an_unknown_payment_is_404(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_intents.retrieve("pi_none")

    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")
    assert refusal.value.request_id is not None
    assert refusal.value.request_id.startswith("req_")


def test_a_wrong_key_is_401(sandbox: Sandbox) -> None:
    stranger = stripe.StripeClient("sk_test_wrong", base_addresses={"api": sandbox.base_url})

    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key provided: sk_test_"):
        stranger.v1.customers.list()


def test_the_publishable_key_opens_nothing_but_the_browsers_calls(sandbox: Sandbox) -> None:
    browser = stripe.StripeClient(sandbox.publishable_key, base_addresses={"api": sandbox.base_url})

    with pytest.raises(stripe.AuthenticationError) as refusal:
        browser.v1.customers.list()

    assert refusal.value.error is not None
    assert refusal.value.error.code == "secret_key_required"


def test_card_numbers_do_not_go_through_our_server(client: stripe.StripeClient) -> None:
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034}

    with pytest.raises(stripe.CardError, match="generally unsafe"):
        client.v1.payment_methods.create({"type": "card", "card": card})  # type: ignore[typeddict-item]


def test_what_cannot_be_expanded_is_refused(client: stripe.StripeClient) -> None:
    intent = make_intent(client)

    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.payment_intents.retrieve(intent.id, {"expand": ["status"]})


KEYS = st.text("abcdefgh_", min_size=1, max_size=6)
LEAVES = st.text(max_size=8)
NESTED = st.recursive(
    LEAVES,
    lambda children: (
        st.lists(children, min_size=1, max_size=3)
        | st.dictionaries(KEYS, children, min_size=1, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(KEYS, NESTED, min_size=1, max_size=4))
def test_what_stripes_client_encodes_is_decoded_the_same(params: dict[str, Any]) -> None:
    assert decode(_api_encode(params)) == params


OBJECTS = {
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "customer": stripe.Customer,
    "payment_method": stripe.PaymentMethod,
    "balance_transaction": stripe.BalanceTransaction,
    "setup_intent": stripe.SetupIntent,
    "event": stripe.Event,
}


def test_objects_hold_the_fields_that_stripes_library_declares(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    customer = client.v1.customers.create()
    client.v1.setup_intents.create({"customer": customer.id})
    make_intent(client, customer=customer.id, confirm=True, payment_method="pm_card_visa")
    sandbox.act("T-1", "refund", amount=100)
    sandbox.act("T-1", "dispute")

    shown = {
        "payment_intent": client.v1.payment_intents.list().data[0],
        "charge": client.v1.charges.list().data[0],
        "refund": client.v1.refunds.list().data[0],
        "dispute": client.v1.disputes.list().data[0],
        "customer": customer,
        "payment_method": client.v1.payment_methods.retrieve(
            str(client.v1.payment_intents.list().data[0].payment_method)
        ),
        "balance_transaction": client.v1.balance_transactions.list().data[0],
        "setup_intent": client.v1.setup_intents.list().data[0],
        "event": client.v1.events.list().data[0],
    }

    for name, declared in OBJECTS.items():
        hints = {k: str(h) for k, h in declared.__annotations__.items() if not k.isupper()}
        may_miss = ("Optional", "NoneType", "NotRequired")
        always = {k for k, hint in hints.items() if not any(word in hint for word in may_miss)}
        has = set(shown[name].to_dict())
        assert (name, has - set(hints)) == (name, set())
        assert (name, always - has) == (name, set())
