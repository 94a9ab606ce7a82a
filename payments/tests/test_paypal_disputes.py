"""Disputes and refunds at PayPal, through the core: a doubt is for staff and loses no money."""

import pytest

from commpeak.lib.clock import utc_now
from payments.services.close_review import close_review
from payments.states import State
from payments.tests.builders import balance_of, sync, usd
from payments.tests.paypal import agree, make_paypal_payment
from tests.books import assert_books_prove

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(paypal):
    """100.00 paid with PayPal."""
    payment = make_paypal_payment(money=usd("100.00"))
    agree(paypal, payment)
    sync(payment)
    return payment


def found(payment):
    sync(payment)
    return State(payment.state), balance_of(payment.top_up.customer)


@pytest.mark.parametrize("outcome", ["RESOLVED_WITH_PAYOUT", "ACCEPTED", "DENIED", "NONE"])
def test_refunds_go_on_being_seen_after_a_dispute_that_ended_unclear(paypal, payment, outcome):
    paypal.paypal_act(payment.gateway_id, "dispute", stage="INQUIRY")
    paypal.paypal_act(payment.gateway_id, "win_dispute", outcome=outcome)
    assert found(payment) == (State.SUCCEEDED, usd("100.00"))
    assert payment.needs_review.endswith(f"ended as {outcome}")
    paypal.paypal_act(payment.gateway_id, "refund", amount="20.00")
    assert found(payment) == (State.PARTIALLY_REFUNDED, usd("80.00"))
    assert_books_prove()


def test_a_doubt_that_staff_have_looked_at_is_not_raised_again(paypal, payment):
    paypal.paypal_act(payment.gateway_id, "dispute")
    paypal.paypal_act(payment.gateway_id, "win_dispute", outcome="ACCEPTED")
    sync(payment)
    close_review(payment_id=payment.pk, actor="clerk", reason="read it there", now=utc_now())
    sync(payment)
    assert payment.needs_review == ""


def test_m6_a_dispute_of_all_after_a_refund_of_some_takes_what_is_left(paypal, payment):
    paypal.paypal_act(payment.gateway_id, "refund", amount="20.00")
    paypal.paypal_act(payment.gateway_id, "dispute")
    assert found(payment) == (State.DISPUTED, usd("0.00"))
    assert payment.needs_review.endswith("is 100.00 USD now, 80.00 USD was recorded")
    paypal.paypal_act(payment.gateway_id, "win_dispute")
    assert found(payment) == (State.PARTIALLY_REFUNDED, usd("80.00"))
    assert_books_prove()
