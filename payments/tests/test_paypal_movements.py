"""The money that moved at PayPal, as the nightly totals compare it with the books."""

from datetime import datetime, timedelta

import pytest

from commpeak.lib.clock import utc_now
from payments.gateways.base import GatewayError
from payments.gateways.paypal.gateway import PayPalGateway
from payments.tests.builders import usd
from payments.tests.test_paypal_gateway import KEY, pay, start_and_approve
from sandbox.faults import FaultKind

gateway = PayPalGateway()


def around_now() -> tuple[datetime, datetime]:
    return utc_now() - timedelta(hours=1), utc_now() + timedelta(hours=1)


def test_every_capture_refund_and_dispute_is_the_fact_that_the_order_has(paypal):
    gateway_id = pay(paypal)
    paypal.paypal_act(KEY, "refund", amount="20.00")
    paypal.paypal_act(KEY, "dispute")
    paypal.paypal_act(KEY, "win_dispute")
    moved = list(gateway.movements(*around_now()))
    facts = gateway.fetch(gateway_id).facts
    assert [fact.kind for fact in facts] == ["capture", "refund", "dispute", "dispute_won"]
    assert sorted(moved, key=str) == sorted(facts, key=str)


def test_what_is_not_certain_has_not_moved(paypal):
    start_and_approve(paypal)
    paypal.set_fault(FaultKind.PROCESSING, match=KEY, code="ECHECK")
    gateway.advance(paypal.paypal_order(KEY)["id"], KEY)
    assert list(gateway.movements(*around_now())) == []
    paypal.paypal_act(KEY, "complete")
    assert [fact.money for fact in gateway.movements(*around_now())] == [usd("50.00")]


def test_a_day_has_what_was_made_on_it(paypal):
    pay(paypal)
    [fact] = gateway.movements(*around_now())
    before = (fact.occurred_at - timedelta(hours=1), fact.occurred_at)
    after = (fact.occurred_at + timedelta(seconds=1), fact.occurred_at + timedelta(hours=1))
    from_then = (fact.occurred_at, fact.occurred_at + timedelta(seconds=1))
    assert list(gateway.movements(*before)) == []
    assert list(gateway.movements(*after)) == []
    assert list(gateway.movements(*from_then)) == [fact]


def test_money_of_orders_that_are_not_ours_is_told_as_well(paypal):
    """It is a difference for staff to look at, not something to hide."""
    pay(paypal)
    paypal.set_fault(FaultKind.WRONG_REFERENCE, match=KEY)
    assert len(list(gateway.movements(*around_now()))) == 1


def test_b9_a_list_that_breaks_off_gives_no_total(paypal):
    pay(paypal)
    paypal.set_fault(FaultKind.ERROR_BEFORE, operation="events.list")
    with pytest.raises(GatewayError):
        list(gateway.movements(*around_now()))
