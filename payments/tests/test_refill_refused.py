"""What stops a refill, or changes while it is under way: every "no" is a line of its history."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import OutgoingEmail
from billing.models import DueBalance
from billing.services.claim_due_balances import claim_due_balances
from billing.tests.builders import top_up
from commpeak.lib.clock import utc_now
from payments.gateways.base import GatewayError
from payments.gateways.registry import VAULT
from payments.models.refill import SavedCard
from payments.selectors.refill_overview import refill_history
from payments.services.cancel_refill import cancel_refill
from payments.services.look_at_refill import look_at_refill
from payments.services.pause_refill import pause_refill
from payments.services.remove_card import remove_card
from payments.services.resume_refill import resume_refill
from payments.states import FactKind, State
from payments.tests.builders import (
    balance_of,
    make_customer,
    make_payment,
    observed,
    sync,
    usd,
)
from payments.tests.refill_builders import (
    DECLINES_LATER,
    DONE,
    FAILED,
    attempts_of,
    codes_of,
    daytime_zone,
    is_due,
    mails_to,
    make_rule,
    numbers,
    payment_of,
    refill,
    spend_down,
)
from payments.tests.refund_builders import prove
from sandbox.faults import FaultKind
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db


def test_money_of_a_rule_that_was_canceled_meanwhile_is_credited(card: Sandbox):
    rule = make_rule(card)
    card.set_fault(FaultKind.PROCESSING)
    spend_down(rule, "10")
    refill(rule)
    cancel_refill(rule_id=rule.pk, now=utc_now())
    card.act(payment_of(rule).gateway_id, "succeed")
    sync(payment_of(rule))
    rule.refresh_from_db()
    assert balance_of(rule.customer) == usd("65.00")
    assert (rule.state, attempts_of(rule)) == ("disabled", [DONE])


def test_money_of_a_card_that_was_removed_meanwhile_is_credited(card: Sandbox):
    rule = make_rule(card)
    card.set_fault(FaultKind.PROCESSING)
    spend_down(rule, "10")
    refill(rule)
    remove_card(card_id=SavedCard.objects.get().pk, now=utc_now())
    card.act(payment_of(rule).gateway_id, "succeed")
    sync(payment_of(rule))
    assert balance_of(rule.customer) == usd("65.00")
    spend_down(rule, "60")
    refill(rule)
    assert (rule.state, rule.paused_reason) == ("paused", "no_card")


def test_a_card_that_is_gone_at_the_gateway_fails_the_slot(card: Sandbox):
    rule = make_rule(card)
    VAULT.forget_card(SavedCard.objects.get().gateway_id)
    spend_down(rule, "10")
    refill(rule)
    assert attempts_of(rule) == [FAILED]
    assert payment_of(rule).state == State.FAILED
    said = refill_history(rule=rule, lines_max=1)[0].text
    assert "Our payment provider did not take the charge." in said
    assert "bank" not in said


def test_a_card_that_was_removed_before_its_charge_is_no_decline(card: Sandbox):
    rule = make_rule(card)
    spend_down(rule, "10")
    look_at_refill(balance_id=rule.balance_id, now=utc_now())
    remove_card(card_id=SavedCard.objects.get().pk, now=utc_now())
    VAULT.forget_card(SavedCard.objects.get().gateway_id)
    with suppress(GatewayError):
        sync(payment_of(rule))
    rule.refresh_from_db()
    assert (attempts_of(rule), rule.declines_in_a_row) == ([FAILED], 0)
    assert (
        refill_history(rule=rule, lines_max=1)[0].text == "The payment of 50.00 USD was not made."
    )


def test_a_paused_rule_charges_nothing_until_it_is_resumed(card: Sandbox):
    rule = make_rule(card)
    pause_refill(rule_id=rule.pk, by_link=False, now=utc_now())
    spend_down(rule, "10")
    refill(rule)
    assert attempts_of(rule) == []
    assert not is_due(rule)
    resume_refill(rule_id=rule.pk, now=utc_now())
    assert is_due(rule)
    refill(rule)
    assert attempts_of(rule) == [DONE]


def test_the_maximum_of_the_day_counts_failed_attempts_and_ends_at_midnight(card: Sandbox):
    rule = make_rule(card, chosen=numbers(per_day_max=1))
    spend_down(rule, "10")
    refill(rule)
    spend_down(rule, "60")
    refill(rule)
    assert attempts_of(rule) == [DONE]
    note = rule.notes.get(code="day_used")
    due = DueBalance.objects.get(balance=rule.balance_id)
    assert note.facts["until"] == due.look_at.isoformat()
    refill(rule, due.look_at)
    assert attempts_of(rule) == [DONE, DONE]


def test_a_month_costs_at_most_what_was_agreed(card: Sandbox):
    rule = make_rule(card, chosen=numbers(monthly_max="80"))
    spend_down(rule, "10")
    refill(rule)
    spend_down(rule, "60")
    refill(rule)
    assert attempts_of(rule) == [DONE]
    assert codes_of(rule)[-1] == "month_used"


def test_a_day_costs_at_most_its_deposits_also_when_one_charge_took_several(card: Sandbox):
    rule = make_rule(card, chosen=numbers("50", "120", 3))
    refill(rule)
    spend_down(rule, "60")
    refill(rule)
    assert attempts_of(rule) == [("done", Decimal(100)), DONE]
    spend_down(rule, "60")
    refill(rule)
    assert codes_of(rule)[-1] == "day_amount_used"


def test_a_refill_above_the_limits_is_a_line_and_no_charge(card: Sandbox, settings):
    rule = make_rule(card)
    limits = settings.TOP_UP_LIMITS["USD"]
    settings.TOP_UP_LIMITS = {"USD": limits | {"new_customer_daily_max": Decimal(40)}}
    spend_down(rule, "10")
    refill(rule)
    assert attempts_of(rule) == []
    assert codes_of(rule)[-1] == "over_ceiling"
    assert is_due(rule)


def test_a_need_above_the_limits_is_mailed_once_a_day(card: Sandbox):
    rule = make_rule(card, chosen=numbers("600", "20", 3))
    spend_down(rule, "10")
    now = utc_now()
    for hours in (0, 1, 2, 24, 25):
        refill(rule, now + timedelta(hours=hours))
    held_back = "A limit keeps automatic refill of Voice from charging"
    assert mails_to(rule.customer).count(held_back) == 2
    told = OutgoingEmail.objects.filter(subject=held_back).latest("pk").text
    assert "600.00 USD was not charged: that is above one of our limits." in told
    assert "At most 500.00 USD is possible for a new customer within 24 hours." in told


def test_an_expired_card_pauses_the_rule(card: Sandbox):
    rule = make_rule(card)
    spend_down(rule, "10")
    SavedCard.objects.update(expires_year=2020)
    refill(rule)
    assert (rule.state, codes_of(rule)[-2:]) == ("paused", ["no_card", "paused"])


def test_the_operator_s_guard_stops_new_charges(card: Sandbox, settings):
    settings.REFILLS_PER_CUSTOMER_PER_HOUR_MAX = 1
    rule = make_rule(card)
    spend_down(rule, "10")
    refill(rule)
    spend_down(rule, "60")
    refill(rule)
    assert attempts_of(rule) == [DONE]
    assert rule.notes.latest("pk").facts["stopped_by"] == "customer"
    settings.REFILLS_PER_CUSTOMER_PER_HOUR_MAX, settings.REFILLS_PER_HOUR_MAX = 9, 1
    refill(rule)
    assert rule.notes.latest("pk").facts["stopped_by"] == "all"


def test_a_chargeback_turns_refill_off(card: Sandbox):
    """M6"""
    rule = make_rule(card)
    spend_down(rule, "10")
    refill(rule)
    card.act(payment_of(rule).gateway_id, "dispute")
    sync(payment_of(rule))
    refill(rule)
    assert (rule.state, rule.paused_reason) == ("paused", "disputed")
    assert attempts_of(rule) == [DONE]


def test_a_dispute_at_another_gateway_turns_refill_off_as_well(card: Sandbox):
    """M6: the debt that it leaves is not charged to the card."""
    rule = make_rule(card)
    payment = make_payment(customer=rule.customer, method="paypal")
    capture = observed(FactKind.CAPTURE, "cap_1", payment.money)
    prove(payment, capture, observed(FactKind.DISPUTE, "PP-1", payment.money))
    spend_down(rule, "10")
    refill(rule)
    assert (rule.state, rule.paused_reason) == ("paused", "disputed")
    assert attempts_of(rule) == []


def test_a_top_up_that_is_being_paid_right_now_counts_as_under_way(card: Sandbox):
    rule = make_rule(card)
    make_payment(customer=rule.customer, money=usd("30.00"))
    spend_down(rule, "10")
    refill(rule)
    assert codes_of(rule)[-1] == "under_way"
    refill(rule, utc_now() + timedelta(minutes=16))
    assert attempts_of(rule) == [DONE]


def test_a_balance_without_a_rule_is_looked_at_once(card: Sandbox):
    customer = make_customer()
    top_up(customer, "25")
    rule = make_rule(card, customer=customer)
    cancel_refill(rule_id=rule.pk, now=utc_now())
    rule.balance.refresh_from_db()
    assert rule.balance.low_balance_mark is None
    spend_down(rule, "10")
    assert claim_due_balances(now=utc_now(), count_max=10) in ([], [rule.balance_id])
    refill(rule)
    assert not is_due(rule)


def test_times_in_mails_are_the_customer_s(card: Sandbox):
    rule = make_rule(card, DECLINES_LATER)
    spend_down(rule, "10")
    refill(rule)
    assert f"({daytime_zone()})" in OutgoingEmail.objects.latest("pk").text
    assert timezone.get_current_timezone_name() == "UTC"
