"""The PayPal gateway keeps the promises of the contract, against a sandbox process (B1–B3, B6)."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from commpeak.lib.money import Money
from payments.gateways.base import (
    GatewayError,
    ObservedFact,
    Order,
    Redirect,
    RefundOrder,
    Snapshot,
)
from payments.gateways.paypal.gateway import PayPalGateway
from payments.gateways.paypal.order_request import order_request
from payments.gateways.paypal.refunds import refund_request
from payments.states import FactKind, State
from payments.tests.builders import usd
from sandbox.faults import FaultKind
from sandbox.testing import Sandbox
from sandbox.tests.paypal import problems

KEY = "T-2222222222-1"
CAPTURE = "orders.capture"

gateway = PayPalGateway()


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


def start_and_approve(paypal: Sandbox, **how: str) -> str:
    """The id of an order whose payer agreed and closed the tab."""
    gateway_id = gateway.start(make_order()).gateway_id
    paypal.paypal_approve(gateway_id, **how)
    return gateway_id


def pay(paypal: Sandbox) -> str:
    """The id of a captured order."""
    gateway_id = start_and_approve(paypal)
    gateway.advance(gateway_id, KEY)
    return gateway_id


def kinds(snapshot: Snapshot) -> list[FactKind]:
    return [fact.kind for fact in snapshot.facts]


# --- start ----------------------------------------------------------------------------------


def test_orders_are_asked_for_as_paypal_describes_it():
    request = order_request(replace(make_order(), description="voice balance " * 20))
    assert problems("checkout_orders_v2", "order_request", request) == []
    request["purchase_units"][0]["description"] += "!"
    assert problems("checkout_orders_v2", "order_request", request) != []


def test_a_started_order_sends_the_payer_to_paypal_and_back_to_us(paypal, settings):
    settings.SITE_URL = "https://pay.example.com"
    snapshot = gateway.start(make_order())
    asked = paypal.paypal_order(KEY)["order"]["purchase_units"][0]
    assert snapshot.next_step == Redirect(
        f"{paypal.paypal_url}/checkoutnow?token={snapshot.gateway_id}", "PayPal"
    )
    assert (snapshot.key, snapshot.facts, snapshot.is_processing) == (KEY, (), False)
    assert asked["amount"] == {"currency_code": "USD", "value": "50.00"}
    assert (asked["reference_id"], asked["invoice_id"]) == ("T-2222222222", KEY)


def test_starting_twice_makes_one_remote_object(paypal):
    assert gateway.start(make_order()).gateway_id == gateway.start(make_order()).gateway_id
    assert len(paypal.paypal_orders()) == 1


@pytest.mark.parametrize("kind", [FaultKind.ANSWER_LOST, FaultKind.ERROR_AFTER])
def test_b1_b3_a_start_without_an_answer_is_not_a_failure_and_is_found_again(paypal, kind):
    paypal.set_fault(kind, match=KEY)
    with pytest.raises(GatewayError) as unknown:
        gateway.start(make_order())
    assert unknown.value.permanent is False
    assert gateway.start(make_order()).key == KEY
    assert len(paypal.paypal_orders()) == 1


@pytest.mark.parametrize(
    ("amount", "currency", "value"),
    [
        ("5000", "HUF", "5000"),
        ("5000", "JPY", "5000"),
        ("300", "TWD", "300"),
        ("0.5", "EUR", "0.50"),
    ],
)
def test_m8_amounts_are_sent_with_paypals_own_decimals(paypal, amount, currency, value):
    gateway.start(make_order(Money(Decimal(amount), currency)))
    paypal.paypal_approve(KEY)
    snapshot = gateway.advance(paypal.paypal_order(KEY)["id"], KEY)
    assert paypal.paypal_order(KEY)["amount"] == {"currency_code": currency, "value": value}
    assert [fact.money for fact in snapshot.facts] == [Money(Decimal(amount), currency)]


@pytest.mark.parametrize(
    ("amount", "currency"), [("50.5", "HUF"), ("50.001", "USD"), ("50.00", "KWD")]
)
def test_m8_an_amount_that_would_have_to_be_rounded_is_never_sent(paypal, amount, currency):
    with pytest.raises(GatewayError) as refusal:
        gateway.start(make_order(Money(Decimal(amount), currency)))
    assert refusal.value.permanent is True
    assert paypal.paypal_orders() == []


# --- fetch ----------------------------------------------------------------------------------


def test_fetch_is_pure_also_for_an_approved_order(paypal):
    gateway_id = start_and_approve(paypal)
    first, second = gateway.fetch(gateway_id), gateway.fetch(gateway_id)
    assert first == second
    assert (first.awaits_capture, first.is_processing, first.facts) == (True, True, ())
    assert paypal.paypal_order(KEY)["status"] == "APPROVED"


def test_the_payers_address_is_kept_for_comparison(paypal):
    gateway_id = start_and_approve(paypal, email="ann@example.com")
    assert gateway.fetch(gateway_id).payer_email == "ann@example.com"
    assert gateway.advance(gateway_id, KEY).instrument == "PayPal ann@example.com"


def test_an_order_that_paypal_forgot_is_refused_for_good(paypal):
    gateway_id = gateway.start(make_order()).gateway_id
    paypal.paypal_act(gateway_id, "forget")
    with pytest.raises(GatewayError) as refusal:
        gateway.fetch(gateway_id)
    assert refusal.value.permanent is True


@pytest.mark.parametrize("kind", [FaultKind.ERROR_BEFORE, FaultKind.RATE_LIMITED])
def test_b9_a_fetch_that_fails_leaves_the_outcome_unknown(paypal, kind):
    gateway_id = pay(paypal)
    paypal.set_fault(kind, match=gateway_id)
    with pytest.raises(GatewayError) as unknown:
        gateway.fetch(gateway_id)
    assert unknown.value.permanent is False


def test_w7_an_order_paid_to_another_merchant_is_for_staff(paypal):
    gateway_id = pay(paypal)
    paypal.set_fault(FaultKind.WRONG_MERCHANT, match=KEY)
    snapshot = gateway.fetch(gateway_id)
    assert snapshot.review_reason == "made for another merchant: 2222SMEBDY222"


def test_w6_what_came_is_told_as_it_came(paypal):
    gateway_id = pay(paypal)
    paypal.set_fault(FaultKind.WRONG_AMOUNT, match=KEY, amount=100)
    assert [fact.money for fact in gateway.fetch(gateway_id).facts] == [usd("1.00")]


# --- advance --------------------------------------------------------------------------------


def test_b6_an_approved_order_is_captured_once(paypal):
    gateway_id = start_and_approve(paypal)
    first, second = gateway.advance(gateway_id, KEY), gateway.advance(gateway_id, KEY)
    [capture] = paypal.paypal_order(KEY)["captures"]
    at = datetime.fromisoformat(capture["create_time"])
    assert first.facts == (ObservedFact(FactKind.CAPTURE, capture["id"], usd("50.00"), at),)
    assert (first.is_processing, first.awaits_capture, first.next_step) == (False, False, None)
    assert second == first


@pytest.mark.parametrize("kind", [FaultKind.ANSWER_LOST, FaultKind.ERROR_AFTER])
def test_b1_b3_a_capture_without_an_answer_is_unknown_and_found_by_the_next_call(paypal, kind):
    gateway_id = start_and_approve(paypal)
    paypal.set_fault(kind, match=KEY, operation=CAPTURE)
    with pytest.raises(GatewayError) as unknown:
        gateway.advance(gateway_id, KEY)
    assert unknown.value.permanent is False
    assert kinds(gateway.advance(gateway_id, KEY)) == [FactKind.CAPTURE]
    assert paypal.paypal_order(KEY)["capture_statuses"] == ["COMPLETED"]


def test_b6_a_second_order_for_the_same_payment_takes_no_money(paypal):
    """PayPal keeps a start's request id for six hours only; the invoice id it keeps."""
    first = start_and_approve(paypal)
    paypal.paypal_forget_request_ids()
    second = start_and_approve(paypal)
    gateway.advance(first, KEY)
    with pytest.raises(GatewayError, match="DUPLICATE_INVOICE_ID"):
        gateway.advance(second, KEY)
    assert paypal.paypal_order(first)["capture_statuses"] == ["COMPLETED"]
    assert paypal.paypal_order(second)["capture_statuses"] == []


def test_nothing_is_captured_before_the_payer_agrees(paypal):
    gateway_id = gateway.start(make_order()).gateway_id
    snapshot = gateway.advance(gateway_id, KEY)
    assert isinstance(snapshot.next_step, Redirect)
    assert paypal.paypal_order(KEY)["capture_statuses"] == []


@pytest.mark.parametrize("fault", [FaultKind.WRONG_MERCHANT, FaultKind.WRONG_REFERENCE])
def test_nothing_is_captured_for_an_order_that_is_not_ours(paypal, fault):
    gateway_id = start_and_approve(paypal)
    paypal.set_fault(fault, match=KEY)
    gateway.advance(gateway_id, KEY)
    assert paypal.paypal_order(gateway_id)["capture_statuses"] == []


def test_refused_means_are_a_decline_and_the_payer_may_choose_others(paypal):
    gateway_id = start_and_approve(paypal)
    paypal.set_fault(FaultKind.DECLINED, match=KEY, times=2)
    first, second = gateway.advance(gateway_id, KEY), gateway.advance(gateway_id, KEY)
    assert (first.decline.kind, first.decline.code) == ("soft", "instrument_declined")
    assert first.decline.object_id != second.decline.object_id
    assert first.next_step == Redirect(
        f"{paypal.paypal_url}/checkoutnow?token={gateway_id}", "PayPal"
    )
    assert (first.is_processing, first.dead) == (False, None)
    assert kinds(gateway.advance(gateway_id, KEY)) == [FactKind.CAPTURE]


@pytest.mark.parametrize("reason", ["ECHECK", "PENDING_REVIEW", "UNILATERAL"])
def test_a_pending_capture_is_no_money_until_paypal_decides(paypal, reason):
    gateway_id = start_and_approve(paypal)
    paypal.set_fault(FaultKind.PROCESSING, match=KEY, code=reason)
    waiting = gateway.advance(gateway_id, KEY)
    assert (waiting.facts, waiting.is_processing) == ((), True)
    assert (waiting.waiting.reason, waiting.awaits_capture) == (reason, False)
    paypal.paypal_act(KEY, "complete")
    assert kinds(gateway.fetch(gateway_id)) == [FactKind.CAPTURE]


def test_b2_a_denied_capture_ends_the_order(paypal):
    gateway_id = start_and_approve(paypal)
    paypal.set_fault(FaultKind.PROCESSING, match=KEY, code="ECHECK")
    gateway.advance(gateway_id, KEY)
    paypal.paypal_act(KEY, "deny")
    snapshot = gateway.fetch(gateway_id)
    assert (snapshot.dead, snapshot.facts, snapshot.is_processing) == (State.FAILED, (), False)


# --- cancel ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("by_customer", "dead"), [(True, State.CANCELED), (False, State.EXPIRED)])
@pytest.mark.parametrize("is_approved", [False, True])
def test_an_unpaid_order_is_ended_by_not_capturing_it(paypal, by_customer, dead, is_approved):
    gateway_id = gateway.start(make_order()).gateway_id
    if is_approved:
        paypal.paypal_approve(gateway_id)
    snapshot = gateway.cancel(gateway_id, by_customer=by_customer)
    assert (snapshot.dead, snapshot.next_step, snapshot.awaits_capture) == (dead, None, False)
    assert paypal.paypal_order(KEY)["capture_statuses"] == []


def test_a_paid_or_pending_order_cannot_be_canceled(paypal):
    gateway_id = start_and_approve(paypal)
    paypal.set_fault(FaultKind.PROCESSING, match=KEY)
    gateway.advance(gateway_id, KEY)
    pending = gateway.cancel(gateway_id, by_customer=True)
    paypal.paypal_act(KEY, "complete")
    paid = gateway.cancel(gateway_id, by_customer=True)
    assert (pending.dead, pending.is_processing) == (None, True)
    assert (paid.dead, kinds(paid)) == (None, [FactKind.CAPTURE])


# --- refunds and disputes -------------------------------------------------------------------


def test_refunds_are_asked_for_as_paypal_describes_it():
    request = refund_request(RefundOrder("R-222222222C", "ORDER", KEY, "CAPTURE", usd("20.00")))
    assert problems("payments_payment_v2", "refund_request", request) == []
    assert problems("payments_payment_v2", "refund_request", request | {"custom_id": ""}) != []


def test_refunds_made_at_paypal_are_seen_once_each_and_the_capture_stays(paypal):
    gateway_id = pay(paypal)
    paypal.paypal_act(KEY, "refund", amount="20.00")
    after_first = gateway.fetch(gateway_id)
    paypal.paypal_act(KEY, "refund")
    after_rest = gateway.fetch(gateway_id)
    assert [(fact.kind, fact.money) for fact in after_rest.facts] == [
        (FactKind.CAPTURE, usd("50.00")),
        (FactKind.REFUND, usd("20.00")),
        (FactKind.REFUND, usd("30.00")),
    ]
    assert after_rest.facts[:2] == after_first.facts


def test_a_refund_on_its_way_is_not_certain(paypal):
    gateway_id = pay(paypal)
    paypal.paypal_act(KEY, "refund", pending=True)
    assert kinds(gateway.fetch(gateway_id)) == [FactKind.CAPTURE]
    paypal.paypal_act(KEY, "settle_refund")
    assert kinds(gateway.fetch(gateway_id)) == [FactKind.CAPTURE, FactKind.REFUND]


@pytest.mark.parametrize(
    ("action", "how", "decided"),
    [
        ("win_dispute", {}, FactKind.DISPUTE_WON),
        ("win_dispute", {"outcome": "CANCELED_BY_BUYER"}, FactKind.DISPUTE_WON),
        ("lose_dispute", {}, FactKind.DISPUTE_LOST),
    ],
)
def test_m6_m7_a_dispute_is_seen_opened_and_decided(paypal, action, how, decided):
    gateway_id = pay(paypal)
    paypal.paypal_act(KEY, "dispute")
    opened = gateway.fetch(gateway_id)
    paypal.paypal_act(KEY, action, **how)
    ended = gateway.fetch(gateway_id)
    assert kinds(opened) == [FactKind.CAPTURE, FactKind.DISPUTE]
    assert kinds(ended) == [FactKind.CAPTURE, FactKind.DISPUTE, decided]
    assert ended.facts[2] == replace(ended.facts[1], kind=decided)


@pytest.mark.parametrize("outcome", ["RESOLVED_WITH_PAYOUT", "ACCEPTED", "DENIED", "NONE"])
def test_an_outcome_that_does_not_say_whose_the_money_is_goes_to_staff(paypal, outcome):
    gateway_id = pay(paypal)
    paypal.paypal_act(KEY, "dispute")
    paypal.paypal_act(KEY, "win_dispute", outcome=outcome)
    snapshot = gateway.fetch(gateway_id)
    dispute_id = paypal.paypal_order(KEY)["disputes"][0]["dispute_id"]
    assert snapshot.doubt == f"dispute {dispute_id} ended as {outcome}"
    assert kinds(snapshot) == [FactKind.CAPTURE, FactKind.DISPUTE]


def test_an_inquiry_takes_no_money_until_it_becomes_a_claim(paypal):
    gateway_id = pay(paypal)
    paypal.paypal_act(KEY, "dispute", stage="INQUIRY")
    assert kinds(gateway.fetch(gateway_id)) == [FactKind.CAPTURE]
    paypal.paypal_act(KEY, "escalate_dispute")
    assert kinds(gateway.fetch(gateway_id)) == [FactKind.CAPTURE, FactKind.DISPUTE]


# --- what changed there ---------------------------------------------------------------------


def test_changes_are_found_without_any_webhook(paypal):
    gateway_id = pay(paypal)
    paypal.paypal_act(KEY, "refund", amount="20.00")
    paypal.paypal_act(KEY, "dispute")
    told = json.dumps(paypal.deliveries(gateway="paypal"))
    found = list(gateway.remote_updates(datetime(2020, 1, 1, tzinfo=UTC)))
    assert found == [gateway_id] * 5
    assert "CUSTOMER.DISPUTE.CREATED" in told
    assert list(gateway.remote_updates(datetime(2100, 1, 1, tzinfo=UTC))) == []


def test_a_list_of_many_pages_is_read_to_its_end(paypal, monkeypatch):
    monkeypatch.setattr("payments.gateways.paypal.event_list.EVENTS_PER_PAGE", 1)
    gateway_id = pay(paypal)
    found = list(gateway.remote_updates(datetime(2020, 1, 1, tzinfo=UTC)))
    assert found == [gateway_id] * 3


def test_a_wrong_secret_is_not_a_failed_payment(paypal, settings):
    settings.PAYPAL_CLIENT_SECRET = "wrong"
    with pytest.raises(GatewayError) as unknown:
        gateway.start(make_order())
    assert unknown.value.permanent is False
    assert "wrong" not in unknown.value.log_text


def test_an_expired_token_is_replaced_unseen(paypal):
    gateway_id = pay(paypal)
    paypal.paypal_expire_tokens()
    assert kinds(gateway.fetch(gateway_id)) == [FactKind.CAPTURE]
