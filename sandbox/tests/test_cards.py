"""Each published test card does what Stripe's documentation says."""

from __future__ import annotations

import pytest
import stripe

from sandbox.stripe_api.cards import TEST_CARDS, passes_luhn
from sandbox.testing import Sandbox
from sandbox.tests.conftest import make_intent

GENERIC = "Your card was declined."

DECLINED = {
    "4000000000000002": ("card_declined", "generic_decline", GENERIC),
    "4000000000009995": (
        "card_declined",
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    "4000000000009987": ("card_declined", "lost_card", GENERIC),
    "4000000000009979": ("card_declined", "stolen_card", GENERIC),
    "4000000000000069": ("expired_card", None, "Your card has expired."),
    "4000000000000127": ("incorrect_cvc", None, "Your card's security code is incorrect."),
    "4000000000000119": (
        "processing_error",
        None,
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    "4100000000000019": ("card_declined", "fraudulent", GENERIC),
    "4000000000000341": ("card_declined", "generic_decline", GENERIC),
}


@pytest.mark.parametrize("number", DECLINED)
def test_a_refusing_card_leaves_a_failed_charge_and_the_reason(
    sandbox: Sandbox, client: stripe.StripeClient, number: str
) -> None:
    code, decline_code, message = DECLINED[number]

    error = sandbox.pay(str(make_intent(client).client_secret), number)["error"]

    assert (error["type"], error["code"]) == ("card_error", code)
    assert (error.get("decline_code"), error["message"]) == (decline_code, message)
    assert error["payment_intent"]["status"] == "requires_payment_method"
    payment = sandbox.payment("T-1")
    assert payment["payment"]["last_payment_error"]["code"] == code
    assert [charge["status"] for charge in payment["charges"]] == ["failed"]
    assert payment["amount_charged"] == 0


@pytest.mark.parametrize(
    ("card", "code", "param"),
    [
        ({"card": "4242424242424241"}, "incorrect_number", "number"),
        ({"exp_month": 13}, "invalid_expiry_month", "exp_month"),
        ({"exp_year": 2019}, "invalid_expiry_year", "exp_year"),
        ({"cvc": "12"}, "invalid_cvc", "cvc"),
    ],
)
def test_wrong_card_data_never_reaches_the_payment(
    sandbox: Sandbox, client: stripe.StripeClient, card: dict[str, str], code: str, param: str
) -> None:
    error = sandbox.pay(str(make_intent(client).client_secret), **card)["error"]  # type: ignore[arg-type]

    assert (error["type"], error["code"], error["param"]) == ("card_error", code, param)
    assert sandbox.payment("T-1")["attempt_count"] == 0


def test_a_real_looking_number_is_refused_in_test_mode(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    error = sandbox.pay(str(make_intent(client).client_secret), "4539578763621486")["error"]

    assert (error["code"], error["decline_code"]) == ("card_declined", "test_mode_live_card")


def test_the_same_number_has_the_same_fingerprint_and_other_numbers_another(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    numbers = ["4242424242424242", "4242424242424242", "5555555555554444"]
    for number in numbers:
        sandbox.pay(str(make_intent(client).client_secret), number)

    cards = [
        charge.payment_method_details.card
        for charge in client.v1.charges.list().data
        if charge.payment_method_details and charge.payment_method_details.card
    ]
    prints = [card.fingerprint for card in cards]
    assert [card.brand for card in cards] == ["mastercard", "visa", "visa"]
    assert prints[1] == prints[2] != prints[0]


def test_every_test_card_has_a_right_check_digit() -> None:
    assert [card.number for card in TEST_CARDS if not passes_luhn(card.number)] == []


# --- 3-D Secure -----------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["4000002500003155", "4000002760003184"])
def test_an_approved_challenge_takes_the_money_once(
    sandbox: Sandbox, client: stripe.StripeClient, number: str
) -> None:
    asked = sandbox.pay(str(make_intent(client).client_secret), number)

    assert asked["status"] == "requires_action"
    assert asked["next_action"]["redirect_to_url"]["return_url"] == "http://127.0.0.1/return/"
    assert sandbox.payment("T-1")["attempt_count"] == 0
    assert sandbox.approve_3ds("T-1")["status"] == "succeeded"
    assert sandbox.payment("T-1")["charge_count"] == 1


def test_a_failed_challenge_makes_no_charge_and_another_card_still_pays(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    secret = str(make_intent(client).client_secret)
    sandbox.pay(secret, "4000002760003184")

    failed = sandbox.fail_3ds("T-1")["payment"]
    paid = sandbox.pay(secret)

    assert failed["status"] == "requires_payment_method"
    assert failed["last_payment_error"]["code"] == "payment_intent_authentication_failure"
    assert failed["last_payment_error"]["payment_method"]["card"]["last4"] == "3184"
    assert (paid["status"], sandbox.payment("T-1")["attempt_count"]) == ("succeeded", 1)


def test_card_3178_is_declined_after_its_owner_approved(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    sandbox.pay(str(make_intent(client).client_secret), "4000008260003178")

    payment = sandbox.approve_3ds("T-1")["payment"]

    assert payment["status"] == "requires_payment_method"
    assert payment["last_payment_error"]["decline_code"] == "insufficient_funds"


# --- cards kept for later -------------------------------------------------------------------


def saved_card(sandbox: Sandbox, client: stripe.StripeClient, number: str) -> tuple[str, str]:
    """Pay once with consent for later; the customer and the card."""
    customer = client.v1.customers.create()
    first = make_intent(client, customer=customer.id, setup_future_usage="off_session")
    if sandbox.pay(str(first.client_secret), number)["status"] == "requires_action":
        sandbox.approve_3ds(first.id)
    method = sandbox.payment(first.id)["payment"]["payment_method"]
    return customer.id, str(method)


def charge_later(client: stripe.StripeClient, customer: str, method: str) -> stripe.PaymentIntent:
    return make_intent(
        client, customer=customer, payment_method=method, off_session=True, confirm=True
    )


def test_card_3155_is_charged_without_its_owner_once_it_was_set_up(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    customer, method = saved_card(sandbox, client, "4000002500003155")

    later = charge_later(client, customer, method)

    assert later.status == "succeeded"
    listed = client.v1.customers.payment_methods.list(customer)
    assert [one.id for one in listed.data] == [method]


def test_card_3184_asks_its_owner_every_time(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    customer, method = saved_card(sandbox, client, "4000002760003184")

    with pytest.raises(stripe.CardError) as refusal:
        charge_later(client, customer, method)

    assert refusal.value.http_status == 402
    assert refusal.value.code == "authentication_required"


def test_card_0341_is_saved_but_later_charges_are_declined(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create()
    method = client.v1.payment_methods.attach(
        "pm_card_chargeCustomerFail", {"customer": customer.id}
    )

    with pytest.raises(stripe.CardError) as refusal:
        charge_later(client, customer.id, method.id)

    assert (refusal.value.code, method.customer) == ("card_declined", customer.id)


def test_card_0002_cannot_even_be_saved(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create()

    with pytest.raises(stripe.CardError) as refusal:
        client.v1.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer.id})

    assert refusal.value.code == "card_declined"


def test_a_card_that_was_not_saved_pays_only_once(client: stripe.StripeClient) -> None:
    first = make_intent(client, confirm=True, payment_method="pm_card_visa")

    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        make_intent(client, confirm=True, payment_method=str(first.payment_method))


def test_a_card_of_another_customer_is_refused(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    _, method = saved_card(sandbox, client, "4242424242424242")
    stranger = client.v1.customers.create()

    with pytest.raises(stripe.InvalidRequestError, match="does not have a payment method"):
        charge_later(client, stranger.id, method)


def test_a_setup_saves_a_card_without_taking_money(
    sandbox: Sandbox, client: stripe.StripeClient
) -> None:
    customer = client.v1.customers.create()
    setup = client.v1.setup_intents.create(
        {"customer": customer.id, "allowed_payment_method_types": ["card"]}
    )

    asked = sandbox.pay(str(setup.client_secret), "4000002500003155")
    sandbox.act(setup.id, "approve_3ds")
    done = client.v1.setup_intents.retrieve(setup.id)

    assert (asked["status"], done.status) == ("requires_action", "succeeded")
    assert charge_later(client, customer.id, str(done.payment_method)).status == "succeeded"
    assert client.v1.payment_methods.detach(str(done.payment_method)).customer is None
