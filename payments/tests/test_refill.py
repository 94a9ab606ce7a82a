"""Automatic refill against the sandbox: debit, slot, charge, credit, once whatever is repeated."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.services.claim_due_balances import LEASE, claim_due_balances
from commpeak.lib.clock import utc_now
from payments.models import PaymentEvent
from payments.selectors.open_refills import unsettled_refills
from payments.selectors.payment_order import payment_order
from payments.services.ask_gateway import ask_gateway
from payments.services.look_at_refill import look_at_refill
from payments.services.sync_payment import sync_payment
from payments.tests.builders import (
    balance_of,
    sync,
    usd,
)
from payments.tests.refill_builders import (
    ASKS_ON_SETUP,
    CHARGING,
    DONE,
    attempts_of,
    charged_at,
    codes_of,
    is_due,
    mails_to,
    make_rule,
    numbers,
    payment_of,
    refill,
    spend_down,
)
from sandbox.faults import FaultKind
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def test_a_debit_under_the_threshold_is_refilled_and_credited(card: Sandbox):
    rule = refill(make_rule(card))
    assert not is_due(rule)
    spend_down(rule, "5.01")
    assert claim_due_balances(now=utc_now(), count_max=10) == [rule.balance_id]
    refill(rule)
    assert charged_at(card) == [usd("50.00")]
    assert balance_of(rule.customer) == usd("69.99")
    assert attempts_of(rule) == [DONE]
    assert codes_of(rule) == ["turned_on", "charging", "charged"]
    assert mails_to(rule.customer)[-1] == "Automatic refill: 50.00 USD added to Voice"
    refill(rule)
    assert not is_due(rule)
    assert charged_at(card) == [usd("50.00")]


def test_a_balance_at_its_threshold_is_left_alone(card: Sandbox):
    rule = make_rule(card)
    spend_down(rule, "5.00")
    refill(rule)
    assert attempts_of(rule) == []
    assert not is_due(rule)


def test_one_charge_covers_the_whole_shortfall_in_whole_deposits(card: Sandbox):
    rule = make_rule(card, chosen=numbers("50", "120", 3))
    refill(rule)
    assert charged_at(card) == [usd("100.00")]
    assert balance_of(rule.customer) == usd("125.00")


def test_a_card_that_asked_when_it_was_saved_is_charged_without_its_owner(card: Sandbox):
    rule = make_rule(card, ASKS_ON_SETUP)
    spend_down(rule, "10")
    refill(rule)
    assert charged_at(card) == [usd("50.00")]


def test_a_debit_is_noticed_again_after_the_balance_was_put_to_rest(card: Sandbox):
    """With a mark above the threshold, as another watcher may need it."""
    rule = refill(make_rule(card))
    rule.balance.low_balance_mark = Decimal(1000)
    rule.balance.save(update_fields=["low_balance_mark"])
    spend_down(rule, "1")
    refill(rule)
    assert not is_due(rule)
    spend_down(rule, "1")
    assert not is_due(rule)
    spend_down(rule, "10")
    assert is_due(rule)


def test_a_second_look_while_the_bank_is_thinking_charges_nothing(card: Sandbox):
    """M4"""
    rule = make_rule(card)
    card.set_fault(FaultKind.PROCESSING)
    spend_down(rule, "10")
    refill(rule)
    spend_down(rule, "10")
    for _ in range(3):
        refill(rule)
    assert attempts_of(rule) == [CHARGING]
    under_way = rule.notes.get(code="under_way")
    assert under_way.times == 3
    card.act(payment_of(rule).gateway_id, "succeed")
    sync(payment_of(rule))
    refill(rule)
    assert attempts_of(rule) == [DONE]
    assert charged_at(card) == [usd("50.00")]


def test_a_lost_answer_is_looked_up_with_the_same_key(card: Sandbox):
    """B1, B3: unknown is not failed."""
    rule = make_rule(card)
    spend_down(rule, "10")
    card.set_fault(FaultKind.ERROR_AFTER, operation="payment_intents.create", times=9)
    refill(rule)
    refill(rule)
    assert attempts_of(rule) == [CHARGING]
    card.clear_faults()
    sync(payment_of(rule))
    assert attempts_of(rule) == [DONE]
    assert charged_at(card) == [usd("50.00")]
    assert balance_of(rule.customer) == usd("65.00")


def test_a_worker_that_died_after_the_slot_is_made_up_for_by_the_poll(card: Sandbox):
    """A2: the slot, the top-up and the payment are committed together."""
    rule = make_rule(card)
    spend_down(rule, "10")
    look_at_refill(balance_id=rule.balance_id, now=utc_now())
    assert charged_at(card) == []
    sync(payment_of(rule))
    sync(payment_of(rule))
    assert charged_at(card) == [usd("50.00")]
    assert attempts_of(rule) == [DONE]


def test_a_worker_that_died_before_settling_is_found_by_the_sweep(card: Sandbox):
    """A1: the money is credited, only the slot does not know yet."""
    rule = make_rule(card)
    spend_down(rule, "10")
    payment_id = look_at_refill(balance_id=rule.balance_id, now=utc_now())
    ask_gateway(
        payment_id=payment_id,
        question=lambda gateway, payment: gateway.start(payment_order(payment)),
        source=PaymentEvent.Source.POLL,
        now=utc_now(),
    )
    assert (balance_of(rule.customer), attempts_of(rule)) == (usd("65.00"), [CHARGING])
    assert unsettled_refills(now=utc_now() + HOUR) == [payment_id]
    sync_payment(payment_id=payment_id, source=PaymentEvent.Source.POLL, now=utc_now())
    assert attempts_of(rule) == [DONE]
    assert codes_of(rule).count("charged") == 1


def test_a_clock_that_jumps_makes_no_second_charge(card: Sandbox):
    """A13, A15: an hour ahead, an hour back, and a sweep that comes late."""
    rule = make_rule(card)
    spend_down(rule, "10")
    for jump in (HOUR, -HOUR, timedelta(0), 5 * HOUR):
        refill(rule, utc_now() + jump)
    assert attempts_of(rule) == [DONE]
    assert charged_at(card) == [usd("50.00")]


def test_two_claims_never_get_the_same_balance(card: Sandbox):
    """A13: two beats at once."""
    rule = make_rule(card)
    now = utc_now()
    assert claim_due_balances(now=now, count_max=10) == [rule.balance_id]
    assert claim_due_balances(now=now, count_max=10) == []
    assert claim_due_balances(now=now + LEASE, count_max=10) == [rule.balance_id]
