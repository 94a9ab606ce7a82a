"""Automatic refill against the sandbox: debit, slot, charge, credit, and every way it can end."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import OutgoingEmail
from billing.models import DueBalance
from billing.services.claim_due_balances import LEASE, claim_due_balances
from billing.tests.builders import top_up
from commpeak.lib.clock import utc_now
from payments.gateways.registry import VAULT
from payments.models import PaymentEvent
from payments.models.refill import AutoRefillRule, SavedCard
from payments.selectors.open_refills import unsettled_refills
from payments.selectors.payment_order import payment_order
from payments.services.ask_gateway import ask_gateway
from payments.services.cancel_refill import cancel_refill
from payments.services.look_at_refill import look_at_refill
from payments.services.pause_refill import pause_refill
from payments.services.remove_card import remove_card
from payments.services.resume_refill import resume_refill
from payments.services.sync_payment import sync_payment
from payments.states import FactKind, State
from payments.tests.builders import (
    balance_of,
    make_customer,
    make_payment,
    make_started_payment,
    observed,
    sync,
    usd,
)
from payments.tests.refill_builders import (
    ALWAYS_ASKS,
    ASKS_ON_SETUP,
    CHARGING,
    DECLINES_LATER,
    DONE,
    FAILED,
    PAYS,
    PAYS_TOO,
    attempts_of,
    charged_at,
    codes_of,
    daytime_zone,
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

HOUR = timedelta(hours=1)


def is_due(rule: AutoRefillRule) -> bool:
    return DueBalance.objects.filter(balance=rule.balance_id).exclude(look_at=None).exists()


# --- the straight way -------------------------------------------------------------------------


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


# --- once, whatever is repeated -----------------------------------------------------------------


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


# --- declined -----------------------------------------------------------------------------------


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


# --- the bank wants its owner -------------------------------------------------------------------


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


def test_a_canceled_rule_ends_what_waits_for_its_owner(card: Sandbox):
    rule = make_rule(card, ALWAYS_ASKS)
    spend_down(rule, "10")
    refill(rule)
    cancel_refill(rule_id=rule.pk, now=utc_now())
    rule.refresh_from_db()
    assert payment_of(rule).state == State.CANCELED
    assert rule.state == "disabled"


# --- what happens meanwhile ---------------------------------------------------------------------


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


# --- every "no" is a line ------------------------------------------------------------------------


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
