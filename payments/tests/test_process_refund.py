"""An approved refund goes back once, whatever becomes of the gateway's answers (B1, B3, A1)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing.selectors.verify import verify_ledger
from commpeak.lib.clock import utc_now
from payments.models import Payment, Refund, RefundEvent
from payments.refund_states import RefundState
from payments.selectors.due_refunds import due_refunds
from payments.services.process_refund import process_refund
from payments.states import FactKind, State
from payments.tests.builders import (
    balance_of,
    entries_of,
    make_customer,
    make_payment,
    make_started_payment,
    observed,
    sync,
    usd,
)
from payments.tests.refund_builders import approve, ask, mails, make_paid_payment, prove, spend
from sandbox.faults import FaultKind

pytestmark = pytest.mark.django_db

MAKE, READ = "refunds.create", "payment_intents.retrieve"  # READ: it was made, and nobody knows
DAY = timedelta(days=1)


@pytest.fixture
def payment(card) -> Payment:
    """100.00 USD on Voice, paid by card."""
    payment, secret = make_started_payment(customer=make_customer(), money=usd("100.00"))
    card.pay(secret)
    sync(payment)
    return payment


def process(refund: Refund, *, later: timedelta = timedelta(0)) -> Refund:
    process_refund(refund_id=refund.pk, now=utc_now() + later)
    refund.refresh_from_db()
    return refund


def refunded_there(card, payment) -> int:
    return card.payment(payment.gateway_id)["amount_refunded"]


def prove_books() -> None:
    assert [finding for finding in verify_ledger() if finding.faults] == []


def test_an_approved_refund_leaves_the_balance_and_is_proven_by_the_gateways_fact(card, payment):
    refund = process(approve(ask(payment, "40.00")))
    payment.refresh_from_db()
    assert (refund.state, refund.due_at) == (RefundState.PROCESSED, None)
    assert (refund.proof.kind, refund.proof.money) == (FactKind.REFUND, usd("40.00"))
    assert balance_of(payment.top_up.customer) == usd("60.00")
    assert payment.state == State.PARTIALLY_REFUNDED
    assert refunded_there(card, payment) == 4000
    prove_books()


def test_each_change_is_mailed_once(payment):
    refund = approve(ask(payment, "40.00"))
    for _again in range(3):
        process(refund, later=DAY)
        sync(payment)
    name = refund.reference
    assert mails() == [
        f"We have your refund request {name}",
        f"Your refund {name} of 40.00 USD is approved",
        "40.00 USD is on its way back to you",
    ]


def test_a_request_is_not_processed_before_it_is_approved(card, payment):
    process(ask(payment, "40.00"))
    assert refunded_there(card, payment) == 0


@pytest.mark.parametrize(
    ("kind", "operation"),
    [(FaultKind.ERROR_BEFORE, MAKE), (FaultKind.ERROR_AFTER, MAKE), (FaultKind.ERROR_BEFORE, READ)],
)
def test_b1_b3_an_unknown_outcome_stays_approved_and_is_looked_up(card, payment, kind, operation):
    card.set_fault(kind, operation=operation, times=3)
    refund = process(approve(ask(payment, "40.00")))
    assert refund.state == RefundState.APPROVED
    assert refund.last_error
    assert balance_of(payment.top_up.customer) == usd("100.00")
    process(refund, later=DAY)
    process(refund, later=2 * DAY)
    assert refund.state == RefundState.PROCESSED
    assert refunded_there(card, payment) == 4000
    assert balance_of(payment.top_up.customer) == usd("60.00")


def test_a_webhook_or_poll_proves_a_refund_whose_answer_was_lost(card, payment):
    card.set_fault(FaultKind.ERROR_AFTER, operation=MAKE)
    refund = process(approve(ask(payment, "40.00")))
    sync(payment)
    refund.refresh_from_db()
    assert refund.state == RefundState.PROCESSED
    assert mails()[-1] == "40.00 USD is on its way back to you"


def test_a1_what_a_dead_worker_left_is_due_again_and_goes_back_once(card, payment):
    """It called the gateway and died before it wrote anything down."""
    refund = approve(ask(payment, "40.00"))
    assert due_refunds(now=utc_now()) == [refund.pk]
    card.set_fault(FaultKind.ERROR_AFTER, operation=MAKE)
    process(refund)
    assert due_refunds(now=utc_now()) == []
    assert due_refunds(now=utc_now() + DAY) == [refund.pk]
    process(refund, later=DAY)
    assert due_refunds(now=utc_now() + 2 * DAY) == []
    assert refunded_there(card, payment) == 4000


def test_m5_what_was_refunded_in_the_dashboard_meanwhile_is_not_doubled(card, payment):
    refund = approve(ask(payment, "40.00"))
    card.act(payment.gateway_id, "refund")
    process(refund)
    assert refund.state == RefundState.FAILED
    assert mails()[-1] == f"Your refund {refund.reference} did not go through"
    assert refunded_there(card, payment) == 10000
    payment.refresh_from_db()
    assert payment.next_poll_at <= utc_now()  # so that we hear of the other one
    sync(payment)
    assert payment.state == State.REFUNDED
    assert balance_of(payment.top_up.customer) == usd("0")
    prove_books()


def test_a_paypal_payment_goes_back_by_paypal(paypal):
    customer = make_customer()
    payment = make_payment(customer=customer, money=usd("100.00"), method="paypal")
    sync(payment)
    paypal.paypal_approve(payment.idempotency_key, email=customer.members.get().email)
    sync(payment)
    paypal.set_fault(FaultKind.ERROR_AFTER, operation="captures.refund")
    refund = process(approve(ask(payment, "40.00")))  # looked up at once
    assert (refund.state, balance_of(customer)) == (RefundState.PROCESSED, usd("60.00"))
    [made] = paypal.paypal_order(payment.idempotency_key)["refunds"]
    assert (made["amount"]["value"], made["custom_id"]) == ("40.00", refund.reference)
    prove_books()


def test_a_refund_that_the_bank_sends_back_is_on_the_balance_again(card, payment):
    refund = process(approve(ask(payment, "40.00")))
    card.act(payment.gateway_id, "settle_refund", succeeds=False)
    sync(payment)
    sync(payment)
    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.state, payment.state) == (RefundState.FAILED, State.SUCCEEDED)
    assert balance_of(payment.top_up.customer) == usd("100.00")
    assert mails()[-1] == f"Your refund {refund.reference} did not go through"
    assert [kind for kind, _ in entries_of(payment)] == ["top_up", "refund", "refund_failed"]
    assert ask(payment, "40.00").state == RefundState.REQUESTED
    prove_books()


@pytest.mark.parametrize(
    ("number", "ends"),
    [("4000000000007726", RefundState.PROCESSED), ("4000000000005126", RefundState.FAILED)],
)
def test_a_refund_that_a_bank_decides_later(card, number, ends):
    payment, secret = make_started_payment(money=usd("100.00"))
    card.pay(secret, number)
    sync(payment)
    refund = process(approve(ask(payment, "40.00")))
    if ends is RefundState.PROCESSED:
        assert (refund.state, bool(refund.sent_at)) == (RefundState.APPROVED, True)
        assert balance_of(payment.top_up.customer) == usd("100.00")
        card.act(payment.gateway_id, "settle_refund")
        process(refund, later=DAY)
    assert refund.state == ends
    assert refunded_there(card, payment) == (4000 if ends is RefundState.PROCESSED else 0)


def test_two_parts_and_the_rest_go_back_one_by_one(card, payment):
    for amount in ("30.00", "30.00", "40.00"):
        process(approve(ask(payment, amount)))
    payment.refresh_from_db()
    assert payment.state == State.REFUNDED
    assert refunded_there(card, payment) == 10000
    assert balance_of(payment.top_up.customer) == usd("0")
    prove_books()


def test_m6_staff_may_refund_what_was_spent_and_the_balance_goes_below_zero(card, payment):
    customer = payment.top_up.customer
    spend(customer, "80")
    refund = process(approve(ask(payment, "100.00", staff=True)))
    assert refund.state == RefundState.PROCESSED
    assert balance_of(customer) == usd("-80.00")
    prove_books()


def test_a_refund_made_at_the_gateway_is_told_once_and_belongs_to_no_request(card, payment):
    refund = ask(payment, "40.00")
    card.act(payment.gateway_id, "refund", amount=1000)
    sync(payment)
    sync(payment)
    refund.refresh_from_db()
    assert (refund.state, refund.proof) == (RefundState.REQUESTED, None)
    assert mails()[1:] == [f"10.00 USD of your top-up {payment.top_up.reference} goes back to you"]


def test_another_amount_than_asked_processes_the_refund_and_is_for_staff():
    payment = make_paid_payment()
    refund = approve(ask(payment, "40.00"))
    fact = observed(FactKind.REFUND, "re_1", usd("4.00"))
    prove(payment, replace(fact, key=refund.reference))
    refund.refresh_from_db()
    assert refund.state == RefundState.PROCESSED
    assert payment.needs_review == (f"refund {refund.reference} of 40.00 USD gave 4.00 USD back")


def test_a_refund_made_by_hand_with_the_key_of_a_request_is_recorded_and_for_staff():
    """Somebody typed our reference in the gateway's dashboard: the money has gone all the same."""
    payment = make_paid_payment()
    refund = ask(payment, "40.00")
    prove(payment, replace(observed(FactKind.REFUND, "re_1", usd("40.00")), key=refund.reference))
    assert balance_of(payment.top_up.customer) == usd("60.00")
    assert payment.needs_review == (
        f"refund {refund.reference} is requested, and refund re_1 carries its key"
    )


def test_mails_about_parked_money_do_not_speak_of_the_balance():
    payment = make_paid_payment(parked=True)
    refund = approve(ask(payment, "1.00", staff=True))
    parked = observed(FactKind.CAPTURE, f"ch_{payment.pk}", usd("1.00"))
    back = replace(observed(FactKind.REFUND, "re_1", usd("1.00")), key=refund.reference)
    prove(payment, parked, back)
    refund.refresh_from_db()
    assert (refund.state, payment.state) == (RefundState.PROCESSED, State.REFUNDED)
    newest = payment.top_up.customer.emails.order_by("pk").last()
    assert newest.subject == "1.00 USD is on its way back to you"
    assert "balance" not in newest.text


def test_the_history_tells_who_and_why(payment):
    refund = process(approve(ask(payment, "40.00")))
    assert list(RefundEvent.objects.values_list("actor", "to_state", "detail")) == [
        ("ada@example.com", "requested", ""),
        ("clerk@example.com", "approved", "checked"),
        ("gateway:card", "processed", refund.proof.object_id),
    ]
