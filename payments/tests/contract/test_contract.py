"""One contract that every gateway keeps, through the core and over HTTP.

What each sentence means is in payments/gateways/base.py. A new gateway passes all of this by a
driver (driver.py).
"""

import contextlib
import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from commpeak.lib.clock import utc_now
from payments.gateways.base import ForgedWebhook, GatewayError, RefundOrder, Snapshot
from payments.gateways.registry import gateway_for
from payments.models import Payment
from payments.selectors.payment_order import payment_order
from payments.services.apply_snapshot import apply_snapshot
from payments.services.cancel_payment import cancel_payment
from payments.services.sync_payment import sync_payment
from payments.states import FactKind, State
from payments.tests.builders import (
    NOON,
    POLL,
    balance_of,
    entries_of,
    make_payment,
    sync,
    usd,
)
from payments.tests.contract.driver import Driver, OutsideDriver
from payments.tests.orders import forgotten_afterwards, outcomes_of_every_order
from sandbox.faults import FaultKind

pytestmark = pytest.mark.django_db

UNKNOWN_OUTCOMES = [FaultKind.ANSWER_LOST, FaultKind.ERROR_BEFORE, FaultKind.ERROR_AFTER]


def started(driver: Driver) -> Payment:
    """50.00 USD that waits for its payer."""
    payment = make_payment(method=driver.code, money=usd("50.00"))
    sync(payment)
    return payment


def paid(driver: Driver) -> Payment:
    payment = started(driver)
    driver.pay(payment)
    sync(payment)
    return payment


def credited(payment: Payment):
    return balance_of(payment.top_up.customer)


# --- start and fetch ------------------------------------------------------------------------


def test_starting_twice_makes_one_remote_object(driver: Driver):
    payment = make_payment(method=driver.code)
    gateway, order = gateway_for(driver.code), payment_order(payment)
    assert gateway.start(order).gateway_id == gateway.start(order).gateway_id
    assert driver.remote_objects(payment) == 1


def test_fetching_changes_nothing(driver: Driver):
    payment = started(driver)
    gateway = gateway_for(driver.code)
    first = gateway.fetch(payment.gateway_id)
    assert gateway.fetch(payment.gateway_id) == first
    assert driver.remote_objects(payment) == 1
    driver.pay(payment)
    paid = gateway.fetch(payment.gateway_id)
    assert gateway.fetch(payment.gateway_id) == paid
    assert paid.key == payment.idempotency_key


# --- money ------------------------------------------------------------------------------------


def test_what_is_paid_is_credited_once_however_often_it_is_asked_about(driver: Driver):
    payment = paid(driver)
    for _ in range(2):
        sync(payment)
    assert payment.state == State.SUCCEEDED
    assert credited(payment) == usd("50.00")
    assert len(entries_of(payment)) == 1
    assert driver.money_taken(payment) == 1


def test_late_evidence_of_money_credits_a_payment_that_is_over(outside: OutsideDriver):
    """Its payer was faster at the gateway than our note that it is over."""
    payment = started(outside)
    outside.pay(payment)
    proof = _answer(payment)
    assert proof.facts
    for state in (State.FAILED, State.CANCELED, State.EXPIRED):
        with forgotten_afterwards():
            other = make_payment(method=outside.code, money=usd("50.00"))
            _apply(other, proof, minute=1, dead=state)
            _apply(other, proof, minute=2)
            other.refresh_from_db()
            assert (other.state, credited(other)) == (State.SUCCEEDED, usd("50.00"))


def test_what_a_customer_gave_up_takes_no_money_afterwards(driver: Driver):
    payment = started(driver)
    cancel_payment(payment_id=payment.pk, now=utc_now())
    payment.refresh_from_db()
    assert payment.state == State.CANCELED
    sync(payment)
    assert (payment.state, credited(payment)) == (State.CANCELED, usd("0.00"))


def test_an_unpaid_payment_ends_when_it_is_too_old(driver: Driver):
    payment = started(driver)
    age = gateway_for(driver.code).profile.unpaid_expires_after + timedelta(seconds=1)
    sync_payment(payment_id=payment.pk, source=POLL, now=utc_now() + age)
    payment.refresh_from_db()
    assert payment.state == State.EXPIRED


# --- unknown outcomes -------------------------------------------------------------------------


@pytest.mark.parametrize("fault", UNKNOWN_OUTCOMES)
def test_an_unknown_start_is_no_failure_and_ends_in_one_object(
    outside: OutsideDriver, fault: FaultKind
):
    """B1, B3: also where the gateway replays the error for the same key for ever."""
    payment = make_payment(method=outside.code, money=usd("50.00"))
    outside.sandbox.set_fault(fault, operation=outside.start_operation, times=3)
    _sync_into_the_unknown(payment)
    outside.sandbox.clear_faults()
    sync(payment)
    outside.pay(payment)
    sync(payment)
    assert (outside.remote_objects(payment), credited(payment)) == (1, usd("50.00"))


@pytest.mark.parametrize("fault", [*UNKNOWN_OUTCOMES, FaultKind.RATE_LIMITED])
def test_an_unknown_answer_leaves_a_paid_payment_open_until_the_next(
    outside: OutsideDriver, fault: FaultKind
):
    """B2, B9."""
    payment = started(outside)
    outside.pay(payment)
    outside.sandbox.set_fault(fault, operation=outside.fetch_operation, times=3)
    _sync_into_the_unknown(payment)
    outside.sandbox.clear_faults()
    sync(payment)
    assert (payment.state, credited(payment)) == (State.SUCCEEDED, usd("50.00"))
    assert outside.money_taken(payment) == 1


def _sync_into_the_unknown(payment: Payment) -> None:
    """A gateway's library may ask again by itself and get through: that is fine too."""
    try:
        sync(payment)
    except GatewayError as unknown:
        assert not unknown.permanent  # noqa: PT017 - not raising is right as well
    payment.refresh_from_db()
    assert payment.is_open or payment.is_paid


# --- every order of events --------------------------------------------------------------------


def test_every_order_and_any_repetition_of_what_happens_has_one_outcome(
    outside: OutsideDriver, subtests: pytest.Subtests
):
    """W2: the answers after each step, merged in any order. Only what staff are asked to look at
    may differ: a remark stays, also when the next answer explains it."""
    for name, history in outside.histories.items():
        with subtests.test(name):
            answers = _answers(outside, history.steps)
            fresh = make_payment(method=outside.code, money=usd("50.00"))
            tell = [partial(_apply, fresh, one, minute=at) for at, one in enumerate(answers)]
            outcomes = outcomes_of_every_order(fresh, tell)
            books = {(state, entries, money) for state, _remark, entries, money in outcomes}
            assert len(books) == 1, outcomes
            [(state, entries, balance)] = books
            assert (state, len(entries), balance) == history.outcome


def _answers(outside: OutsideDriver, steps: Sequence[str]) -> list[Snapshot]:
    payment = started(outside)
    answers = [_answer(payment)]
    for step in steps:
        getattr(outside, step)(payment)
        answers.append(_answer(payment))
    return answers


def _answer(payment: Payment) -> Snapshot:
    """What the gateway says now, after it took what it may take; our books stay as they are."""
    gateway = gateway_for(payment.gateway)
    snapshot = gateway.fetch(payment.gateway_id)
    if snapshot.awaits_capture:
        return gateway.advance(payment.gateway_id, payment.idempotency_key)
    return snapshot


def _apply(payment: Payment, answer: Snapshot, *, minute: int, **changes: object) -> None:
    """`answer` as if it were about this payment, told in that minute."""
    if changes:
        answer = replace(answer, facts=(), next_step=None, is_processing=False, **changes)
    apply_snapshot(
        payment_id=payment.pk,
        snapshot=replace(answer, key=payment.idempotency_key, gateway_id=f"copy-{payment.pk}"),
        asked_at=NOON + timedelta(minutes=minute),
        source=POLL,
        now=NOON,
    )


# --- refunds ----------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [None, *UNKNOWN_OUTCOMES])
def test_a_refund_happens_once_however_often_it_is_asked_for(
    outside: OutsideDriver, fault: FaultKind | None
):
    """Also when the answer is lost, or the gateway replays its own failure."""
    if not outside.refund_operation:
        pytest.skip("it gives nothing back by itself")
    gateway, order = gateway_for(outside.code), _refund_of(paid(outside))
    if fault:
        outside.sandbox.set_fault(fault, operation=outside.refund_operation, times=3)
    for _ in range(3):
        with contextlib.suppress(GatewayError):
            gateway.refund(order)
    outside.sandbox.clear_faults()
    facts = gateway.refund(order).facts
    refunds = [fact for fact in facts if fact.kind is FactKind.REFUND]
    assert [(fact.key, fact.money) for fact in refunds] == [("R-222222222C", usd("20.00"))]
    assert outside.refunds_made(Payment.objects.get()) == 1


def test_a_gateway_without_refunds_refuses_one_for_good(driver: Driver):
    gateway = gateway_for(driver.code)
    if gateway.profile.refunds:
        pytest.skip("it gives money back")
    with pytest.raises(GatewayError) as refused:
        gateway.refund(_refund_of(paid(driver)))
    assert refused.value.permanent


def _refund_of(payment: Payment) -> RefundOrder:
    capture = payment.facts.get(kind=FactKind.CAPTURE)
    return RefundOrder(
        key="R-222222222C",
        gateway_id=payment.gateway_id,
        payment_key=payment.idempotency_key,
        capture_id=capture.object_id,
        money=usd("20.00"),
    )


# --- webhooks -----------------------------------------------------------------------------------


def test_a_genuine_webhook_names_its_payment(outside: OutsideDriver):
    payment = started(outside)
    headers, body = outside.webhook(payment)
    assert gateway_for(outside.code).verify(headers, body).gateway_id == payment.gateway_id


def test_a_forged_webhook_is_refused_and_nobody_is_asked(
    driver: Driver, monkeypatch, subtests: pytest.Subtests
):
    """W4, S8: no outbound request, whatever the message names."""
    forgeries = driver.forgeries(started(driver))

    def no_way_out(*_: object, **__: object) -> None:
        raise AssertionError("a forged webhook made us connect to somebody")

    monkeypatch.setattr(socket.socket, "connect", no_way_out)
    for name, (headers, body) in forgeries.items():
        with subtests.test(name), pytest.raises(ForgedWebhook):
            gateway_for(driver.code).verify(headers, body)


# --- without any webhook --------------------------------------------------------------------------


def test_the_list_of_changes_names_every_payment_that_changed(outside: OutsideDriver):
    before = utc_now() - timedelta(minutes=1)
    payment = paid(outside)
    updates = gateway_for(outside.code).remote_updates(before)
    assert payment.gateway_id in set(updates)


def test_the_movements_of_a_day_are_the_facts_that_were_recorded(outside: OutsideDriver):
    payment = paid(outside)
    now = utc_now()
    moved = gateway_for(outside.code).movements(now - timedelta(hours=1), now + timedelta(hours=1))
    recorded = {(f.kind, f.object_id, f.money, f.occurred_at) for f in payment.facts.all()}
    assert {(f.kind.value, f.object_id, f.money, f.occurred_at) for f in moved} == recorded
