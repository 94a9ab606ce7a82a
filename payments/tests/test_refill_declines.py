"""A refill that is declined, or whose bank wants the owner of the card."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import OutgoingEmail
from commpeak.lib.clock import utc_now
from payments.models import PaymentEvent
from payments.models.refill import AutoRefillRule, SavedCard
from payments.selectors.refill_overview import refill_history
from payments.services.cancel_payment import cancel_payment
from payments.services.cancel_refill import cancel_refill
from payments.services.resume_refill import resume_refill
from payments.services.sync_payment import sync_payment
from payments.states import State
from payments.tests.builders import (
    balance_of,
    make_started_payment,
    sync,
    usd,
)
from payments.tests.refill_builders import (
    ALWAYS_ASKS,
    DECLINES_LATER,
    DONE,
    FAILED,
    PAYS,
    PAYS_TOO,
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


def test_a_declined_charge_is_ended_keeps_its_slot_and_waits_1_and_6_hours(card: Sandbox):
    rule = make_rule(card, DECLINES_LATER)
    spend_down(rule, "10")
    now = utc_now()
    refill(rule, now)
    assert attempts_of(rule) == [FAILED]
    assert card.payment(payment_of(rule).gateway_id)["status"] == "canceled"
    assert rule.not_before == now + HOUR
    refill(rule, now + HOUR - timedelta(seconds=1))
    assert codes_of(rule)[-1] == "back_off"
    refill(rule, now + HOUR)
    assert rule.not_before == now + 7 * HOUR
    assert attempts_of(rule) == [FAILED, FAILED]
    assert charged_at(card) == []


def test_three_declines_in_a_row_pause_the_rule_and_tell(card: Sandbox):
    rule = make_rule(card, DECLINES_LATER)
    spend_down(rule, "10")
    now = utc_now()
    for wait in (0, 1, 7):
        refill(rule, now + wait * HOUR)
    assert (rule.state, rule.paused_reason) == ("paused", "declined_thrice")
    assert rule.not_before == now + 31 * HOUR
    assert mails_to(rule.customer)[-1] == "Automatic refill of Voice is paused"
    refill(rule, now + 40 * HOUR)
    assert attempts_of(rule) == [FAILED] * 3
    assert codes_of(rule)[-1] == "not_on"


def test_the_next_card_is_tried_at_once_when_the_first_is_declined_for_good(card: Sandbox):
    rule = make_rule(card, DECLINES_LATER, PAYS)
    spend_down(rule, "10")
    refill(rule)
    refill(rule)
    assert attempts_of(rule) == [FAILED, DONE]
    assert payment_of(rule).instrument == "Visa 4242"
    assert rule.declines_in_a_row == 0


def test_a_soft_decline_waits_with_the_same_card(card: Sandbox):
    rule = make_rule(card, PAYS, PAYS_TOO)
    card.set_fault(FaultKind.DECLINED, code="insufficient_funds")
    spend_down(rule, "10")
    now = utc_now()
    refill(rule, now)
    refill(rule, now)
    assert attempts_of(rule) == [FAILED]
    refill(rule, now + HOUR)
    assert payment_of(rule).instrument == "Visa 4242"


def test_a_top_up_by_hand_forgives_declines(card: Sandbox):
    rule = make_rule(card, DECLINES_LATER)
    spend_down(rule, "10")
    refill(rule)
    assert rule.declines_in_a_row == 1
    payment, secret = make_started_payment(customer=rule.customer, money=usd("10.00"))
    card.pay(secret)
    sync(payment)
    refill(rule)
    assert (rule.declines_in_a_row, rule.not_before) == (0, None)


def test_a_top_up_by_hand_ends_the_wait_of_a_rule_that_was_resumed(card: Sandbox):
    """As a resumed rule's count is 0, only the time of the decline tells that it still waits."""
    rule = make_rule(card, DECLINES_LATER, PAYS)
    spend_down(rule, "10")
    declined_at = utc_now()
    AutoRefillRule.objects.update(
        state="paused",
        declines_in_a_row=3,
        declined_at=declined_at,
        not_before=declined_at + 24 * HOUR,
        card=SavedCard.objects.get(last_four="4242"),
    )
    resume_refill(rule_id=rule.pk, now=utc_now())
    refill(rule)
    assert codes_of(rule)[-1] == "back_off"
    payment, secret = make_started_payment(customer=rule.customer, money=usd("10.00"))
    card.pay(secret)
    sync(payment)
    spend_down(rule, "20")
    refill(rule)
    assert attempts_of(rule) == [DONE]


def test_a_charge_that_needs_its_owner_waits_and_is_made_once(card: Sandbox):
    """B8: a link by e-mail, no decline, no second try, one charge when it is confirmed."""
    rule = make_rule(card, ALWAYS_ASKS)
    spend_down(rule, "10")
    refill(rule)
    payment = payment_of(rule)
    assert (rule.state, payment.state) == ("needs_confirmation", State.AWAITING_CUSTOMER)
    assert rule.declines_in_a_row == 0
    assert mails_to(rule.customer)[-1] == "Please confirm 50.00 USD with your bank"
    text = OutgoingEmail.objects.latest("pk").text
    assert f"/topup/{payment.top_up.reference}/pay/" in text
    for hours in range(5):
        refill(rule, utc_now() + hours * HOUR)
    assert attempts_of(rule) == [("confirming", Decimal(50))]

    form = sync(payment).next_step
    assert form.saved_card == "Visa 3184"
    card.confirm(form.client_secret, form.saved_card_id)
    card.approve_3ds(payment.gateway_id)
    sync(payment)
    rule.refresh_from_db()
    assert rule.state == "active"
    assert charged_at(card) == [usd("50.00")]
    assert balance_of(rule.customer) == usd("65.00")


def test_a_confirmation_that_never_comes_pauses_the_rule(card: Sandbox):
    rule = make_rule(card, ALWAYS_ASKS)
    spend_down(rule, "10")
    refill(rule)
    tomorrow = utc_now() + 25 * HOUR
    sync_payment(payment_id=payment_of(rule).pk, source=PaymentEvent.Source.POLL, now=tomorrow)
    rule.refresh_from_db()
    assert payment_of(rule).state == State.EXPIRED
    assert (rule.state, rule.paused_reason) == ("paused", "not_confirmed")
    assert attempts_of(rule) == [FAILED]


def test_a_confirmation_that_is_canceled_is_not_told_as_late(card: Sandbox):
    rule = make_rule(card, ALWAYS_ASKS)
    spend_down(rule, "10")
    refill(rule)
    cancel_payment(payment_id=payment_of(rule).pk, now=utc_now())
    rule.refresh_from_db()
    assert (rule.state, rule.paused_reason) == ("paused", "charge_canceled")
    assert [line.text for line in refill_history(rule=rule, lines_max=2)] == [
        "Paused: You canceled the charge that your bank asked about. Resume to try again, or use "
        "another card.",
        "You canceled 50.00 USD before your bank had your confirmation; nothing was charged.",
    ]


def test_a_canceled_rule_ends_what_waits_for_its_owner(card: Sandbox):
    rule = make_rule(card, ALWAYS_ASKS)
    spend_down(rule, "10")
    refill(rule)
    cancel_refill(rule_id=rule.pk, now=utc_now())
    rule.refresh_from_db()
    assert payment_of(rule).state == State.CANCELED
    assert rule.state == "disabled"
