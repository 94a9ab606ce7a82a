"""A rule that is paused, resumed or canceled while a charge of it is under way (D6, D10)."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from accounts.models import Customer, OutgoingEmail
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import AppError, Refused
from payments.gateways.base import GatewayError
from payments.gateways.registry import gateway_for
from payments.models import Payment, PaymentEvent
from payments.models.refill import AutoRefillRule, SavedCard
from payments.selectors.payment_order import payment_order
from payments.selectors.refill_overview import refill_history, refill_overview
from payments.services.cancel_payment import cancel_payment
from payments.services.cancel_refill import cancel_refill
from payments.services.look_at_refill import look_at_refill
from payments.services.pause_refill import pause_refill
from payments.services.resume_refill import resume_refill
from payments.services.sync_payment import sync_payment
from payments.states import State
from payments.tests.builders import POLL, balance_of, sync, usd
from payments.tests.refill_builders import (
    ALWAYS_ASKS,
    CHARGING,
    DECLINES_LATER,
    DONE,
    FAILED,
    PAYS,
    attempts_of,
    charged_at,
    codes_of,
    mails_to,
    make_rule,
    numbers,
    payment_of,
    refill,
    spend_down,
    turn_on,
)
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db

CONFIRMING = ("confirming", Decimal("50"))


def under_way(card: Sandbox, number: str) -> AutoRefillRule:
    """A refill was reserved, and what the gateway says of it is not known yet."""
    rule = make_rule(card, number)
    spend_down(rule, "10")
    look_at_refill(balance_id=rule.balance_id, now=utc_now())
    return rule


def asked(card: Sandbox, number: str) -> AutoRefillRule:
    """As `under_way`, and the gateway was asked for the charge: only its answer was lost."""
    rule = under_way(card, number)
    gateway_for("card").start(payment_order(payment_of(rule)))
    return rule


def answered(rule: AutoRefillRule) -> AutoRefillRule:
    sync(payment_of(rule))
    rule.refresh_from_db()
    return rule


sync_as_staff = partial(sync_payment, source=PaymentEvent.Source.STAFF)


def last_mail_to(customer: Customer) -> str:
    return OutgoingEmail.objects.filter(customer=customer).latest("pk").text


def newest_line(rule: AutoRefillRule) -> str:
    return refill_history(rule=rule, lines_max=1)[0].text


def test_a_cancellation_names_the_charge_that_may_still_come(card: Sandbox):
    rule = under_way(card, DECLINES_LATER)
    cancel_refill(rule_id=rule.pk, now=utc_now())
    told = "One charge was under way already: 50.00 USD to Visa 0341 may still come"
    assert told in last_mail_to(rule.customer)


def test_an_old_charge_does_not_turn_on_a_rule_that_waits_for_another_card(card: Sandbox):
    rule = asked(card, PAYS)
    cancel_refill(rule_id=rule.pk, now=utc_now())
    assert turn_on(rule.customer, None).setup is not None
    answered(rule)
    assert (rule.state, rule.card, attempts_of(rule)) == ("setting_up", None, [DONE])
    spend_down(rule, "60")
    refill(rule)
    assert charged_at(card) == [usd("50.00")]


def test_a_pause_names_the_charge_that_may_still_come(card: Sandbox):
    rule = under_way(card, DECLINES_LATER)
    pause_refill(rule_id=rule.pk, by_link=False, now=utc_now())
    assert "50.00 USD to Visa 0341 may still come" in last_mail_to(rule.customer)


@pytest.mark.parametrize("stop", [cancel_refill, pause_refill])
def test_a_charge_that_nobody_has_asked_for_yet_is_not_made_once_the_rule_is_stopped(
    card: Sandbox, stop
):
    rule = under_way(card, PAYS)
    stop(rule_id=rule.pk, now=utc_now(), **({"by_link": False} if stop is pause_refill else {}))
    with pytest.raises(GatewayError, match="no charge is found yet"):
        answered(rule)
    assert (charged_at(card), attempts_of(rule)) == ([], [CHARGING])
    with pytest.raises(GatewayError, match="never charged"):
        sync_payment(
            payment_id=payment_of(rule).pk, source=POLL, now=utc_now() + timedelta(hours=25)
        )
    assert (charged_at(card), attempts_of(rule)) == ([], [FAILED])
    assert newest_line(rule) == "The payment of 50.00 USD was not made."


def test_a_charge_of_a_rule_that_was_paused_and_resumed_is_made(card: Sandbox):
    rule = under_way(card, PAYS)
    pause_refill(rule_id=rule.pk, by_link=False, now=utc_now())
    resume_refill(rule_id=rule.pk, now=utc_now())
    answered(rule)
    assert charged_at(card) == [usd("50.00")]


def test_a_charge_is_not_made_by_a_rule_that_was_turned_on_anew(card: Sandbox):
    """Its amount was agreed to by a consent that was taken back."""
    rule = under_way(card, PAYS)
    cancel_refill(rule_id=rule.pk, now=utc_now())
    turn_on(rule.customer, SavedCard.objects.get(), chosen=numbers("20", "16", 3))
    with pytest.raises(GatewayError, match="no charge is found yet"):
        answered(rule)
    assert charged_at(card) == []
    later = utc_now() + timedelta(hours=3)  # as late as the gateway's search can be, and more
    with pytest.raises(GatewayError, match="never charged"):
        sync_payment(payment_id=payment_of(rule).pk, source=POLL, now=later)
    refill(rule, later)
    assert charged_at(card) == [usd("20.00")]


def test_a_charge_whose_answer_was_lost_is_credited_although_the_rule_is_off(card: Sandbox):
    rule = asked(card, PAYS)
    cancel_refill(rule_id=rule.pk, now=utc_now())
    answered(rule)
    assert attempts_of(rule) == [DONE]
    assert balance_of(rule.customer) == usd("65.00")


@pytest.mark.parametrize("press", [cancel_payment, sync_as_staff])
def test_no_button_makes_a_charge_that_is_over_or_under_way(card: Sandbox, press):
    rule = under_way(card, PAYS)
    payment = payment_of(rule)
    cancel_refill(rule_id=rule.pk, now=utc_now())
    with suppress(AppError):
        press(payment_id=payment.pk, now=utc_now())
    Payment.objects.filter(pk=payment.pk).update(state=State.FAILED)
    with suppress(AppError):
        press(payment_id=payment.pk, now=utc_now())
    assert charged_at(card) == []


def test_canceling_a_top_up_whose_saved_card_is_being_charged_is_refused(card: Sandbox):
    rule = under_way(card, PAYS)
    with pytest.raises(Refused, match="may have been charged"):
        cancel_payment(payment_id=payment_of(rule).pk, now=utc_now())
    assert charged_at(card) == []


def test_a_decline_after_the_cancellation_promises_no_next_try(card: Sandbox):
    rule = asked(card, DECLINES_LATER)
    cancel_refill(rule_id=rule.pk, now=utc_now())
    answered(rule)
    assert attempts_of(rule) == [FAILED]
    assert card.payment(payment_of(rule).gateway_id)["status"] == "canceled"
    assert newest_line(rule) == "The payment of 50.00 USD was not made."
    assert mails_to(rule.customer)[-1] == "Automatic refill of Voice is canceled"
    assert (rule.state, rule.declines_in_a_row) == ("disabled", 0)


def test_a_decline_after_the_pause_counts_and_promises_no_next_try(card: Sandbox):
    rule = asked(card, DECLINES_LATER)
    pause_refill(rule_id=rule.pk, by_link=False, now=utc_now())
    answered(rule)
    assert attempts_of(rule) == [FAILED]
    assert "was declined" in newest_line(rule)
    assert "Next try" not in newest_line(rule)
    told = last_mail_to(rule.customer)
    assert "nothing is tried until you resume it" in told
    assert "We try again" not in told
    assert rule.declines_in_a_row == 1


@pytest.mark.parametrize(("stop", "state"), [(cancel_refill, "disabled"), (pause_refill, "paused")])
def test_nobody_is_asked_to_confirm_a_charge_that_is_not_wanted_any_more(
    card: Sandbox, stop, state: str
):
    rule = asked(card, ALWAYS_ASKS)
    stop(rule_id=rule.pk, now=utc_now(), **({"by_link": False} if stop is pause_refill else {}))
    answered(rule)
    assert payment_of(rule).state == State.EXPIRED
    assert newest_line(rule) == "The payment of 50.00 USD was not made."
    assert not [mail for mail in mails_to(rule.customer) if "confirm" in mail]
    assert (rule.state, rule.declines_in_a_row) == (state, 0)
    assert SavedCard.objects.get().refused_at is None


def test_a_third_decline_pauses_and_promises_no_next_try(card: Sandbox):
    rule = under_way(card, DECLINES_LATER)
    AutoRefillRule.objects.update(declines_in_a_row=2)
    answered(rule)
    assert codes_of(rule)[-2:] == ["declined", "paused"]
    assert "Next try" not in refill_history(rule=rule, lines_max=2)[1].text


def test_an_outage_of_an_hour_still_names_the_amount_under_way(card: Sandbox):
    rule = under_way(card, DECLINES_LATER)
    refill(rule, utc_now() + timedelta(hours=1))
    told = "Not charged at a balance of 15.00 USD: 50.00 USD is on its way already."
    assert newest_line(rule) == told


def test_resuming_waits_for_the_confirmation_that_was_open_before(card: Sandbox):
    rule = make_rule(card, ALWAYS_ASKS)
    spend_down(rule, "10")
    refill(rule)
    pause_refill(rule_id=rule.pk, by_link=False, now=utc_now())
    resume_refill(rule_id=rule.pk, now=utc_now())
    refill(rule)
    assert (rule.state, attempts_of(rule)) == ("needs_confirmation", [CONFIRMING])
    assert "waits for you to confirm" in last_mail_to(rule.customer)
    [overview] = refill_overview(
        customer=rule.customer, purses=[rule.purse_choice], now=utc_now(), lines_max=1
    )
    assert overview.waits_for == payment_of(rule).top_up.reference
    tomorrow = utc_now() + timedelta(hours=25)
    sync_payment(payment_id=payment_of(rule).pk, source=POLL, now=tomorrow)
    rule.refresh_from_db()
    assert (rule.state, rule.paused_reason) == ("paused", "not_confirmed")
    assert charged_at(card) == []
