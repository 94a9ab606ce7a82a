"""Payments by PayPal through the core: what is captured is credited once, nothing else is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from commpeak.lib.clock import utc_now
from payments.gateways.base import GatewayError
from payments.models import PaymentEvent
from payments.services.cancel_payment import cancel_payment
from payments.services.sync_payment import sync_payment
from payments.states import State
from payments.tasks import sync_payment_task
from payments.tests.builders import POLL, balance_of, entries_of, make_payment, sync, usd
from payments.tests.paypal import agree, make_paypal_payment
from sandbox.faults import FaultKind

pytestmark = pytest.mark.django_db

CAPTURE = "orders.capture"


def captures_of(paypal, payment) -> list[str]:
    return paypal.paypal_order(payment.gateway_id)["capture_statuses"]


def credited(payment):
    return balance_of(payment.top_up.customer)


def test_what_the_payer_agreed_to_is_captured_and_credited_once(paypal):
    payment = make_paypal_payment(money=usd("100.00"))
    assert payment.state == State.AWAITING_CUSTOMER
    agree(paypal, payment)
    for source in (PaymentEvent.Source.WEB, PaymentEvent.Source.WEBHOOK, POLL):
        sync(payment, source)
    [capture] = paypal.paypal_order(payment.gateway_id)["captures"]
    assert entries_of(payment) == [("top_up", f"paypal:capture:{capture['id']}")]
    assert (payment.state, credited(payment)) == (State.SUCCEEDED, usd("100.00"))
    assert payment.instrument == f"PayPal {payment.top_up.customer.members.get().email}"


def test_b4_the_worker_captures_for_a_payer_who_closed_the_tab(paypal):
    payment = make_paypal_payment()
    agree(paypal, payment)
    sync_payment_task(payment.pk)
    payment.refresh_from_db()
    assert (payment.state, credited(payment)) == (State.SUCCEEDED, usd("50.00"))


@pytest.mark.django_db(transaction=True)
def test_b6_ten_workers_at_once_capture_and_credit_once(paypal):
    payment = make_paypal_payment()
    agree(paypal, payment)

    def work(_number: int) -> None:
        try:
            sync_payment_task(payment.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(work, range(10)))
    assert captures_of(paypal, payment) == ["COMPLETED"]
    assert [kind for kind, _source in entries_of(payment)] == ["top_up"]


@pytest.mark.parametrize("fault", [FaultKind.ANSWER_LOST, FaultKind.ERROR_AFTER])
def test_b1_b6_a_capture_whose_answer_was_lost_is_found_and_not_repeated(paypal, fault):
    payment = make_paypal_payment()
    agree(paypal, payment)
    paypal.set_fault(fault, match=payment.gateway_id, operation=CAPTURE)
    with pytest.raises(GatewayError):
        sync(payment)
    assert credited(payment) == usd("0")
    sync(payment)
    assert captures_of(paypal, payment) == ["COMPLETED"]
    assert credited(payment) == usd("50.00")


@pytest.mark.parametrize("fault", [FaultKind.ERROR_BEFORE, FaultKind.RATE_LIMITED])
def test_b9_paypal_out_of_order_fails_no_payment(paypal, fault):
    payment = make_paypal_payment()
    agree(paypal, payment)
    paypal.set_fault(fault, match=payment.gateway_id)
    with pytest.raises(GatewayError):
        sync(payment)
    payment.refresh_from_db()
    assert payment.state == State.AWAITING_CUSTOMER
    assert payment.next_poll_at is not None
    sync(payment)
    assert payment.state == State.SUCCEEDED


def test_w6_one_dollar_instead_of_a_hundred_is_parked_and_not_credited(paypal):
    payment = make_paypal_payment(money=usd("100.00"))
    agree(paypal, payment)
    paypal.set_fault(FaultKind.WRONG_AMOUNT, match=payment.gateway_id, amount=100)
    sync(payment)
    assert payment.needs_review == "1.00 USD came instead of 100.00 USD"
    assert [kind for kind, _source in entries_of(payment)] == ["suspense"]
    assert credited(payment) == usd("0")


def test_w7_another_currency_is_parked_and_not_credited(paypal):
    payment = make_paypal_payment(money=usd("100.00"))
    agree(paypal, payment)
    paypal.set_fault(FaultKind.WRONG_CURRENCY, match=payment.gateway_id, currency="eur")
    sync(payment)
    assert payment.needs_review == "100.00 EUR came instead of 100.00 USD"
    assert [kind for kind, _source in entries_of(payment)] == ["suspense"]
    assert credited(payment) == usd("0")


@pytest.mark.parametrize("fault", [FaultKind.WRONG_MERCHANT, FaultKind.WRONG_REFERENCE])
def test_w7_an_order_that_is_not_ours_is_neither_captured_nor_credited(paypal, fault):
    payment = make_paypal_payment()
    agree(paypal, payment)
    paypal.set_fault(fault, match=payment.gateway_id)
    sync(payment)
    assert payment.needs_review
    paypal.clear_faults()
    sync(payment)
    assert captures_of(paypal, payment) == []
    assert entries_of(payment) == []


def test_w7_an_order_paid_to_another_merchant_is_not_credited(paypal):
    payment = make_paypal_payment()
    agree(paypal, payment)
    paypal.set_fault(FaultKind.PROCESSING, match=payment.gateway_id)
    sync(payment)
    paypal.paypal_act(payment.gateway_id, "complete")
    paypal.set_fault(FaultKind.WRONG_MERCHANT, match=payment.gateway_id)
    sync(payment)
    assert payment.needs_review == "made for another merchant: 2222SMEBDY222"
    assert credited(payment) == usd("0")


def test_what_the_customer_gave_up_is_never_captured_later(paypal):
    """The payer agrees, and the customer cancels before we look."""
    payment = make_paypal_payment()
    agree(paypal, payment)
    cancel_payment(payment_id=payment.pk, now=utc_now())
    sync(payment)
    assert payment.state == State.CANCELED
    assert captures_of(paypal, payment) == []


def test_what_is_agreed_to_after_it_was_given_up_is_never_captured(paypal):
    payment = make_paypal_payment()
    cancel_payment(payment_id=payment.pk, now=utc_now())
    agree(paypal, payment)
    sync(payment)
    assert payment.state == State.CANCELED
    assert captures_of(paypal, payment) == []


def test_money_that_was_captured_counts_whatever_the_customer_wished(paypal):
    payment = make_paypal_payment()
    agree(paypal, payment)
    paypal.set_fault(FaultKind.ANSWER_LOST, match=payment.gateway_id, operation=CAPTURE)
    with pytest.raises(GatewayError):
        sync(payment)
    cancel_payment(payment_id=payment.pk, now=utc_now())
    payment.refresh_from_db()
    assert (payment.state, credited(payment)) == (State.SUCCEEDED, usd("50.00"))


def test_an_order_that_paypal_has_dropped_is_expired(paypal):
    payment = make_paypal_payment()
    paypal.paypal_act(payment.gateway_id, "forget")
    with pytest.raises(GatewayError):
        sync(payment)
    payment.refresh_from_db()
    assert (payment.state, payment.next_poll_at) == (State.EXPIRED, None)


def test_an_order_that_was_given_up_and_dropped_is_no_review(paypal):
    payment = make_paypal_payment()
    cancel_payment(payment_id=payment.pk, now=utc_now())
    paypal.paypal_act(payment.gateway_id, "forget")
    with pytest.raises(GatewayError):
        sync_payment(payment_id=payment.pk, source=POLL, now=utc_now() + timedelta(hours=25))
    payment.refresh_from_db()
    assert (payment.state, payment.needs_review) == (State.CANCELED, "")


def test_a_paid_order_that_paypal_does_not_know_is_for_staff(paypal):
    payment = make_paypal_payment()
    agree(paypal, payment)
    sync(payment)
    paypal.reset()
    with pytest.raises(GatewayError):
        sync_payment(payment_id=payment.pk, source=POLL, now=utc_now() + timedelta(hours=25))
    payment.refresh_from_db()
    assert payment.needs_review.startswith("the gateway does not tell:")


def test_an_order_that_nobody_agreed_to_is_expired_after_a_day(paypal):
    payment = make_paypal_payment()
    late = utc_now() + timedelta(hours=24, seconds=1)
    sync_payment(payment_id=payment.pk, source=POLL, now=late)
    payment.refresh_from_db()
    assert payment.state == State.EXPIRED


def test_b1_a_start_whose_answer_was_lost_makes_one_order(paypal):
    payment = make_payment(method="paypal")
    paypal.set_fault(FaultKind.ANSWER_LOST, operation="orders.create")
    with pytest.raises(GatewayError):
        sync(payment)
    sync(payment)
    assert [order["id"] for order in paypal.paypal_orders()] == [payment.gateway_id]


@pytest.mark.parametrize(("action", "state"), [("complete", "succeeded"), ("deny", "failed")])
def test_a_pending_capture_waits_and_is_decided_later(paypal, action, state):
    payment = make_paypal_payment()
    agree(paypal, payment)
    paypal.set_fault(FaultKind.PROCESSING, match=payment.gateway_id, code="ECHECK")
    sync(payment)
    assert (payment.state, payment.waiting_for.reason) == (State.PROCESSING, "ECHECK")
    assert credited(payment) == usd("0")
    paypal.paypal_act(payment.gateway_id, action)
    sync(payment)
    assert payment.state == state
    assert credited(payment) == (usd("50.00") if action == "complete" else usd("0"))


# --- refused means --------------------------------------------------------------------------


def test_refused_means_are_not_tried_again_until_the_payer_was_at_paypal(paypal):
    """Otherwise every poll would collect a refusal, and five close the payment."""
    payment = make_paypal_payment()
    agree(paypal, payment)
    paypal.set_fault(FaultKind.DECLINED, match=payment.gateway_id)
    sync(payment)
    for _poll in range(3):
        sync(payment)
    assert payment.state == State.AWAITING_CUSTOMER
    assert [decline.code for decline in payment.declines.all()] == ["instrument_declined"]
    assert captures_of(paypal, payment) == []

    agree(paypal, payment)
    sync_payment(payment_id=payment.pk, source=POLL, now=utc_now(), agreed_at=utc_now())
    payment.refresh_from_db()
    assert (payment.state, credited(payment)) == (State.SUCCEEDED, usd("50.00"))


def test_a_message_that_is_older_than_the_refusal_tries_nothing_again(paypal):
    payment = make_paypal_payment()
    agree(paypal, payment)
    paypal.set_fault(FaultKind.DECLINED, match=payment.gateway_id)
    sync(payment)
    before = utc_now() - timedelta(minutes=1)
    sync_payment(payment_id=payment.pk, source=POLL, now=utc_now(), agreed_at=before)
    assert payment.declines.count() == 1
    assert captures_of(paypal, payment) == []


def test_s9_after_five_refusals_the_payment_is_closed(paypal):
    payment = make_paypal_payment()
    paypal.set_fault(FaultKind.DECLINED, match=payment.gateway_id, times=5)
    for _round in range(5):
        agree(paypal, payment)
        sync_payment(payment_id=payment.pk, source=POLL, now=utc_now(), agreed_at=utc_now())
    sync(payment)
    assert payment.declines.count() == 5
    assert payment.state == State.EXPIRED
    assert captures_of(paypal, payment) == []
