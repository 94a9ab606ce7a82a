"""Both gateways give money back once per key, whatever becomes of the answer (M5, B1, B3)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from payments.gateways.base import CardForm, Gateway, GatewayError, Order, RefundOrder, Snapshot
from payments.gateways.card.gateway import CardGateway
from payments.gateways.paypal.gateway import PayPalGateway
from payments.states import FactKind
from payments.tests.builders import usd
from sandbox.faults import FaultKind
from sandbox.testing import Sandbox

KEY = "T-2222222222-1"
ORDER = Order(KEY, "T-2222222222", usd("50.00"), "voice balance", "12345678", "voice", 1)
LONG_AGO, SOON = datetime(2020, 1, 1, tzinfo=UTC), timedelta(minutes=5)


@dataclass(frozen=True)
class Till:
    """A gateway with 50.00 USD taken, and how its stand-in is steered."""

    gateway: Gateway
    sandbox: Sandbox
    gateway_id: str
    operation: str
    act: Callable[..., object]

    def order(self, amount: str = "20.00", key: str = "R-1") -> RefundOrder:
        [capture] = [f for f in self.facts() if f.kind is FactKind.CAPTURE]
        return RefundOrder(key, self.gateway_id, KEY, capture.object_id, usd(amount))

    def facts(self):
        return self.gateway.fetch(self.gateway_id).facts

    def refunds(self) -> list[tuple[str, str]]:
        """Amount and key of each."""
        return sorted((str(f.money), f.key) for f in self.facts() if f.kind is FactKind.REFUND)

    def lose_answers(self, kind: FaultKind) -> None:
        """More often than any client tries by itself."""
        self.sandbox.set_fault(kind, operation=self.operation, times=3)

    def refund_until_answered(self, order: RefundOrder) -> Snapshot:
        for _attempt in range(5):
            try:
                return self.gateway.refund(order)
            except GatewayError as error:
                if error.permanent:
                    raise
        raise AssertionError("five answers were lost")


@pytest.fixture
def card_till(card) -> Till:
    gateway = CardGateway()
    snapshot = gateway.start(ORDER)
    assert isinstance(snapshot.next_step, CardForm)
    card.pay(snapshot.next_step.client_secret)
    return Till(gateway, card, snapshot.gateway_id, "refunds.create", card.act)


@pytest.fixture
def paypal_till(paypal) -> Till:
    gateway = PayPalGateway()
    gateway_id = gateway.start(ORDER).gateway_id
    paypal.paypal_approve(gateway_id)
    gateway.advance(gateway_id, KEY)
    return Till(gateway, paypal, gateway_id, "captures.refund", paypal.paypal_act)


@pytest.fixture(params=["card", "paypal"])
def till(request) -> Till:
    return request.getfixturevalue(f"{request.param}_till")


def test_a_refund_carries_our_key_and_the_same_key_gives_nothing_more(till):
    assert till.gateway.profile.refunds is True
    snapshot = till.gateway.refund(till.order())
    till.gateway.refund(till.order())
    assert snapshot.facts == till.facts()
    assert till.refunds() == [("20.00 USD", "R-1")]


def test_a_refund_made_at_the_gateway_carries_no_key_of_ours(till):
    till.act(KEY, "refund")
    assert till.refunds() == [("50.00 USD", "")]


def test_two_keys_are_two_refunds(till):
    till.gateway.refund(till.order("20.00", "R-1"))
    till.gateway.refund(till.order("30.00", "R-2"))
    assert till.refunds() == [("20.00 USD", "R-1"), ("30.00 USD", "R-2")]


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.ANSWER_LOST,
        FaultKind.ERROR_AFTER,
        FaultKind.ERROR_BEFORE,
        FaultKind.RATE_LIMITED,
    ],
)
def test_b1_b3_an_answer_that_is_lost_is_looked_up_and_never_doubled(till, kind):
    till.lose_answers(kind)
    till.refund_until_answered(till.order())
    assert till.refunds() == [("20.00 USD", "R-1")]


def test_a_key_that_the_gateway_forgot_still_gives_nothing_more(paypal_till):
    """PayPal keeps request ids for 45 days, Stripe for one: the refund itself is found."""
    paypal_till.gateway.refund(paypal_till.order())
    paypal_till.sandbox.paypal_forget_request_ids()
    paypal_till.gateway.refund(paypal_till.order())
    assert paypal_till.refunds() == [("20.00 USD", "R-1")]


@pytest.mark.parametrize("amount", ["50.01", "80.00"])
def test_m5_more_than_is_left_is_refused_for_good(till, amount):
    with pytest.raises(GatewayError) as refusal:
        till.gateway.refund(till.order(amount))
    assert refusal.value.permanent is True
    assert till.refunds() == []


def test_m5_what_was_refunded_elsewhere_is_not_refunded_again(till):
    till.act(KEY, "refund")
    with pytest.raises(GatewayError) as refusal:
        till.gateway.refund(till.order())
    assert refusal.value.permanent is True
    assert till.refunds() == [("50.00 USD", "")]


def test_nothing_is_refunded_while_the_payment_is_disputed(till):
    till.act(KEY, "dispute")
    with pytest.raises(GatewayError) as refusal:
        till.gateway.refund(till.order())
    assert refusal.value.permanent is True


@pytest.mark.parametrize(("action", "is_told"), [("dispute", True), ("win_dispute", False)])
def test_an_open_dispute_tells_by_when_we_must_answer(till, action, is_told):
    till.act(KEY, "dispute")
    if action != "dispute":
        till.act(KEY, action)
    assert (till.gateway.fetch(till.gateway_id).answer_by is not None) is is_told


def test_a_refund_that_paypal_failed_to_pay_out_is_refused_for_good(paypal_till):
    paypal_till.act(KEY, "refund", pending=True, custom_id="R-1", amount="20.00")
    assert paypal_till.gateway.refund(paypal_till.order()).facts == paypal_till.facts()
    assert paypal_till.refunds() == []  # under way is not given back
    paypal_till.act(KEY, "settle_refund", succeeds=False)
    with pytest.raises(GatewayError) as refusal:
        paypal_till.gateway.refund(paypal_till.order())
    assert refusal.value.permanent is True


def test_movements_of_cards_are_the_facts_of_their_payments(card_till):
    card_till.gateway.refund(card_till.order())
    card_till.act(KEY, "settle_refund", succeeds=False)
    card_till.act(KEY, "dispute")
    card_till.act(KEY, "win_dispute")
    until = datetime.now(UTC) + SOON
    moved = list(card_till.gateway.movements(LONG_AGO, until))
    assert moved == list(card_till.facts())
    assert [fact.kind for fact in moved] == [
        FactKind.CAPTURE,
        FactKind.REFUND,
        FactKind.REFUND_FAILED,
        FactKind.DISPUTE,
        FactKind.DISPUTE_WON,
    ]
    assert {fact.gateway_id for fact in moved} == {card_till.gateway_id}
    assert list(card_till.gateway.movements(until, until + SOON)) == []


def test_a_declined_charge_is_no_movement(card):
    gateway = CardGateway()
    form = gateway.start(replace(ORDER, key="T-3")).next_step
    assert isinstance(form, CardForm)
    card.pay(form.client_secret, "4000000000000002")
    assert list(gateway.movements(LONG_AGO, datetime.now(UTC) + SOON)) == []
