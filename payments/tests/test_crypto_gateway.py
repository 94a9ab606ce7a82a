"""The crypto gateway keeps the promises of the contract, against a sandbox process (B1–B3, B7, B9).

What holds for every gateway is in tests/contract.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from payments.gateways.base import GatewayError, GoneAtGateway, Order, Redirect
from payments.gateways.crypto.client import ask
from payments.gateways.crypto.gateway import MARK_INVALID, CryptoGateway, request_of
from payments.states import State
from payments.tests.builders import usd
from sandbox.faults import FaultKind
from sandbox.testing import Sandbox
from sandbox.tests.btcpay import DESCRIPTION
from sandbox.tests.paypal import problems

KEY = "T-2222222222-1"

gateway = CryptoGateway()


def make_order(money: Money | None = None) -> Order:
    return Order(
        key=KEY,
        reference="T-2222222222",
        money=money or usd("50.00"),
        description="voice balance, top-up T-2222222222",
        account_number="12345678",
        purse="voice",
        number=1,
    )


def start(crypto: Sandbox, *actions: str) -> str:
    """The id of an invoice after these actions outside."""
    gateway_id = gateway.start(make_order()).gateway_id
    for action in actions:
        crypto.btcpay_act(gateway_id, action)
    return gateway_id


# --- start ----------------------------------------------------------------------------------


def test_requests_are_as_btcpay_describes_them(settings):
    settings.SITE_URL = "https://pay.example.com"
    request = request_of(make_order())
    assert problems(DESCRIPTION, "CreateInvoiceRequest", request) == []
    assert problems(DESCRIPTION, "CreateInvoiceRequest", request | {"amount": 50}) != []
    assert problems(DESCRIPTION, "MarkInvoiceStatusRequest", MARK_INVALID) == []
    assert (request["amount"], request["metadata"]["orderId"]) == ("50.00", KEY)
    assert request["checkout"] == {
        "speedPolicy": "LowSpeed",
        "expirationMinutes": 15,
        "monitoringMinutes": 10_080,
        "paymentTolerance": 0,
        "redirectURL": "https://pay.example.com/topup/T-2222222222/return/",
        "redirectAutomatically": True,
    }


@pytest.mark.parametrize(("count", "policy"), [(1, "MediumSpeed"), (2, "LowMediumSpeed")])
def test_fewer_confirmations_are_another_policy(settings, count, policy):
    settings.BTCPAY_CONFIRMATIONS = count
    assert request_of(make_order())["checkout"]["speedPolicy"] == policy


def test_a_started_invoice_sends_the_payer_to_its_checkout(crypto):
    snapshot = gateway.start(make_order())
    link = f"{crypto.btcpay_url}/i/{snapshot.gateway_id}"
    assert (snapshot.key, snapshot.next_step) == (KEY, Redirect(link, "BTCPay"))


@pytest.mark.parametrize(
    ("amount", "currency", "sent"), [("5000", "JPY", "5000"), ("0.5", "EUR", "0.50")]
)
def test_m8_amounts_are_sent_with_the_currencys_own_decimals(amount, currency, sent):
    assert request_of(make_order(Money(Decimal(amount), currency)))["amount"] == sent


def test_m8_an_amount_that_would_have_to_be_rounded_is_never_sent(crypto):
    with pytest.raises(GatewayError) as refusal:
        gateway.start(make_order(usd("50.001")))
    assert refusal.value.permanent is True
    assert crypto.btcpay_invoices() == []


def test_two_starts_at_the_same_moment_end_in_the_older_invoice(crypto):
    """Both found nothing and made one each."""
    older = start(crypto)
    ask("POST", f"/api/v1/stores/{crypto.btcpay_store_id}/invoices", body=request_of(make_order()))
    assert gateway.start(make_order()).gateway_id == older
    assert [invoice["status"] for invoice in crypto.btcpay_invoices()] == ["Invalid", "New"]


# --- fetch ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actions", "facts", "state"),
    [
        (["pay"], [], None),
        (["pay", "confirm_all"], ["50.00 USD"], None),
        (["pay_under", "expire", "confirm_all"], ["20.00 USD"], None),
        (["pay_under", "pay", "confirm_all"], ["20.00 USD", "30.00 USD"], None),
        (["pay_over", "confirm_all"], ["60.00 USD"], None),
        (["pay_late", "confirm_all"], ["50.00 USD"], None),
        (["pay", "pay_again", "confirm_all"], ["50.00 USD", "49.90 USD"], None),
        (["pay", "invalidate"], [], State.FAILED),
        (["pay", "invalidate", "pay", "confirm_all"], ["50.00 USD"], None),
        (["expire"], [], State.EXPIRED),
    ],
)
def test_b7_what_arrived_and_is_confirmed_is_what_counts(crypto, actions, facts, state):
    snapshot = gateway.fetch(start(crypto, *actions))
    assert [str(fact.money) for fact in snapshot.facts] == facts
    assert snapshot.dead == state


def test_confirmations_are_counted_until_there_are_enough(crypto):
    gateway_id = start(crypto, "pay")
    seen = []
    for _ in range(6):
        waiting = gateway.fetch(gateway_id).waiting
        seen.append((waiting.confirmations, waiting.confirmations_needed))
        crypto.btcpay_act(gateway_id, "confirm")
    assert seen == [(count, 6) for count in range(6)]
    assert gateway.fetch(gateway_id).waiting is None


def test_a_wallet_that_does_not_tell_leaves_the_rest_of_the_answer(crypto):
    gateway_id = start(crypto, "pay")
    crypto.set_fault(FaultKind.ERROR_BEFORE, operation="wallet.transaction")
    snapshot = gateway.fetch(gateway_id)
    assert (snapshot.is_processing, snapshot.waiting.confirmations) == (True, None)


def test_an_invoice_that_btcpay_does_not_have_is_gone(crypto):
    gateway_id = start(crypto, "forget")
    with pytest.raises(GoneAtGateway):
        gateway.fetch(gateway_id)


def test_an_address_where_no_btcpay_is_says_nothing_about_the_money(crypto, settings):
    gateway_id = start(crypto, "pay")
    settings.BTCPAY_URL = crypto.base_url
    with pytest.raises(GatewayError) as unknown:
        gateway.fetch(gateway_id)
    assert (unknown.value.permanent, type(unknown.value) is GoneAtGateway) == (False, False)


def test_a_wrong_key_says_nothing_about_the_money(crypto, settings):
    gateway_id = start(crypto, "pay")
    settings.BTCPAY_API_KEY = "withdrawn"
    with pytest.raises(GatewayError, match="BTCPay 401 unauthenticated") as unknown:
        gateway.fetch(gateway_id)
    assert unknown.value.permanent is False


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (FaultKind.WRONG_AMOUNT, "an invoice about 1.00 USD, not about 50.00 USD"),
        (FaultKind.WRONG_CURRENCY, "an invoice about 50.00 EUR, not about 50.00 USD"),
        (FaultKind.WRONG_MERCHANT, "an invoice of another store: SOMEBODY-ELSES-STORE"),
    ],
)
def test_w6_w7_an_invoice_that_is_not_as_we_made_it_is_for_staff(crypto, kind, reason):
    gateway_id = start(crypto, "pay", "confirm_all")
    crypto.set_fault(kind, match=KEY)
    assert gateway.fetch(gateway_id).review_reason == reason


def test_w7_a_wrong_order_id_is_shown_to_the_core(crypto):
    gateway_id = start(crypto)
    crypto.set_fault(FaultKind.WRONG_REFERENCE, match=KEY)
    assert gateway.fetch(gateway_id).key == "SOMEBODY-ELSE"


# --- cancel ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("by_customer", "state"), [(True, "canceled"), (False, "expired")])
def test_cancel_ends_an_unpaid_invoice(crypto, by_customer, state):
    gateway_id = start(crypto)
    assert gateway.cancel(gateway_id, by_customer=by_customer).dead == state
    assert crypto.btcpay_invoice(KEY)["status"] == "Invalid"
    assert gateway.fetch(gateway_id).next_step is None


@pytest.mark.parametrize("action", ["pay", "pay_under"])
def test_cancel_leaves_an_invoice_alone_for_which_something_came(crypto, action):
    gateway_id = start(crypto, action)
    assert gateway.cancel(gateway_id, by_customer=True).dead is None
    assert crypto.btcpay_invoice(KEY)["status"] != "Invalid"


def test_what_is_paid_into_a_canceled_invoice_is_money(crypto):
    gateway_id = start(crypto)
    gateway.cancel(gateway_id, by_customer=True)
    crypto.btcpay_act(gateway_id, "pay")
    crypto.btcpay_act(gateway_id, "confirm_all")
    assert [str(fact.money) for fact in gateway.fetch(gateway_id).facts] == ["50.00 USD"]


# --- lists ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actions", "is_listed"),
    [([], False), (["expire"], False), (["pay"], True), (["pay_late"], True)],
)
def test_only_invoices_with_something_new_are_changes(crypto, actions, is_listed):
    gateway_id = start(crypto, *actions)
    listed = list(gateway.remote_updates(utc_now() - timedelta(days=1)))
    assert listed == ([gateway_id] if is_listed else [])


def test_the_list_of_changes_is_read_page_by_page(crypto, monkeypatch):
    monkeypatch.setattr("payments.gateways.crypto.gateway.INVOICES_PER_PAGE", 2)
    ids = set()
    for number in range(5):
        snapshot = gateway.start(replace(make_order(), key=f"T-2222222222-{number}"))
        crypto.btcpay_act(snapshot.gateway_id, "pay")
        ids.add(snapshot.gateway_id)
    assert set(gateway.remote_updates(utc_now())) == ids


def test_the_movements_of_a_time_are_the_confirmed_payments_received_in_it(crypto):
    gateway_id = start(crypto, "pay", "confirm_all")
    now = utc_now()
    [fact] = gateway.movements(now - timedelta(hours=1), now + timedelta(hours=1))
    assert (fact,) == gateway.fetch(gateway_id).facts
    assert list(gateway.movements(now + timedelta(hours=1), now + timedelta(hours=2))) == []
