"""A refill's charge that is a day late: nobody asked for it, or its answer was lost."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from commpeak.lib.clock import utc_now
from payments.gateways.base import GatewayError
from payments.gateways.registry import gateway_for
from payments.models import Payment, PaymentEvent, WebhookEvent
from payments.models.refill import AutoRefillRule, SavedCard
from payments.selectors.payment_order import payment_order
from payments.services.close_review import close_review
from payments.services.file_payments import file_payments
from payments.services.look_at_refill import look_at_refill
from payments.services.process_webhook import process_webhook
from payments.services.sync_payment import sync_payment
from payments.states import State
from payments.tests.builders import balance_of, usd
from payments.tests.refill_builders import (
    CHARGING,
    DONE,
    FAILED,
    attempts_of,
    charged_at,
    codes_of,
    mails_to,
    make_rule,
    payment_of,
    refill,
    spend_down,
)
from sandbox.faults import FaultKind
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def sync_at(payment: Payment, now: datetime) -> None:
    with suppress(GatewayError):
        sync_payment(payment_id=payment.pk, source=PaymentEvent.Source.POLL, now=now)


def reserved(card: Sandbox) -> tuple[AutoRefillRule, Payment]:
    """A slot whose charge nobody has asked for, or told of."""
    rule = make_rule(card)
    spend_down(rule, "10")
    look_at_refill(balance_id=rule.balance_id, now=utc_now())
    return rule, payment_of(rule)


def test_a_charge_whose_answer_was_lost_a_day_ago_is_found_and_not_made_again(card: Sandbox):
    """B1: by then the gateway has forgotten the key, and the same request would charge again."""
    rule, payment = reserved(card)
    gateway_for("card").start(payment_order(payment))
    card.forget_idempotency_keys()
    sync_at(payment, utc_now() + 24 * HOUR)
    assert charged_at(card) == [usd("50.00")]
    assert attempts_of(rule) == [DONE]
    assert balance_of(rule.customer) == usd("65.00")


def test_a_charge_that_nobody_has_asked_for_in_a_day_is_not_made_any_more(card: Sandbox):
    """A2: the slot ends, which is not the card's fault, and today's need is looked at anew."""
    rule, payment = reserved(card)
    sync_at(payment, utc_now() + 25 * HOUR)
    assert (charged_at(card), attempts_of(rule)) == ([], [FAILED])
    assert SavedCard.objects.get().refused_at is None
    assert codes_of(rule)[-1] == "failed"
    refill(rule, utc_now() + 25 * HOUR)
    assert (charged_at(card), attempts_of(rule)) == ([usd("50.00")], [FAILED, DONE])


def test_a_charge_that_the_gateway_may_find_later_is_unknown(card: Sandbox):
    """B1: its search is behind; until it cannot be any more, the slot stays open."""
    rule, payment = reserved(card)
    sync_at(payment, utc_now() + 23 * HOUR + timedelta(minutes=1))
    payment.refresh_from_db()
    assert (payment.state, payment.needs_review) == (State.CREATED, "")
    assert (charged_at(card), attempts_of(rule)) == ([], [CHARGING])


def test_a_review_of_a_late_charge_that_is_closed_charges_nothing(card: Sandbox):
    """The gateway was out for a day; what it has then decides, not the closing."""
    rule, payment = reserved(card)
    tomorrow = utc_now() + 25 * HOUR
    card.set_fault(FaultKind.RATE_LIMITED, operation="payment_intents.search")
    sync_at(payment, tomorrow)
    payment.refresh_from_db()
    assert "does not tell" in payment.needs_review
    card.clear_faults()
    close_review(payment_id=payment.pk, actor="ann", reason="looked", now=tomorrow)
    sync_at(payment, tomorrow)
    assert (charged_at(card), attempts_of(rule)) == ([], [FAILED])


def test_a_search_that_is_refused_says_nothing_of_the_charge(card: Sandbox, settings):
    """B1: it may have been made; a refused card would be charged again."""
    rule, payment = reserved(card)
    settings.STRIPE_SECRET_KEY = "sk_test_without_permission"
    for hours in (23.5, 25):
        sync_at(payment, utc_now() + hours * HOUR)
        payment.refresh_from_db()
        assert (payment.state, attempts_of(rule)) == (State.CREATED, [CHARGING])
    assert "does not tell" in payment.needs_review
    assert SavedCard.objects.get().refused_at is None


def told_too_late(card: Sandbox, now: datetime) -> AutoRefillRule:
    """Its search was behind when the slot was given up; then the gateway's list names it."""
    rule, payment = reserved(card)
    sync_at(payment, now)
    assert attempts_of(rule) == [FAILED]
    made = gateway_for("card").start(payment_order(payment))
    file_payments(gateway="card", gateway_ids=[made.gateway_id], why="daily-list", now=now)
    process_webhook(event_id=WebhookEvent.objects.get().pk, now=now)
    rule.refresh_from_db()
    return rule


def test_a_charge_that_is_told_after_its_slot_was_given_up_settles_it(card: Sandbox):
    """B1: what was taken counts in the maximum of its day."""
    rule = told_too_late(card, utc_now() + 25 * HOUR)
    assert (balance_of(rule.customer), attempts_of(rule)) == (usd("65.00"), [DONE])


def test_a_charge_that_is_told_after_its_slot_was_given_up_has_one_receipt(card: Sandbox):
    rule = told_too_late(card, utc_now() + 25 * HOUR)
    assert codes_of(rule)[-2:] == ["failed", "charged"]
    receipts = [mail for mail in mails_to(rule.customer) if "added to Voice" in mail]
    assert receipts == ["Automatic refill: 50.00 USD added to Voice"]
