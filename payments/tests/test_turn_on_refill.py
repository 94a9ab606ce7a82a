"""Turning automatic refill on a second time, as a second tab does (D4)."""

from dataclasses import replace

import pytest

from accounts.models import Customer
from billing.models import Purse
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from payments.models.refill import AutoRefillRule, SavedCard
from payments.refill_numbers import RefillNumbers
from payments.services.cancel_refill import cancel_refill
from payments.services.pause_refill import pause_refill
from payments.services.turn_on_refill import TurnedOn, turn_on_refill
from payments.tests.builders import usd
from payments.tests.refill_builders import make_refillable, make_saved_card, numbers
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db

CHOSEN = numbers("50", "20", 3, monthly_max="300")


@pytest.fixture
def customer() -> Customer:
    return make_refillable()


@pytest.fixture
def saved(card: Sandbox, customer: Customer) -> SavedCard:
    return make_saved_card(card, customer)


def turn_on(customer: Customer, card: SavedCard | None, chosen: RefillNumbers = CHOSEN) -> TurnedOn:
    return turn_on_refill(
        customer=customer,
        purse=Purse.VOICE,
        numbers=chosen,
        card=card,
        ip_address=None,
        now=utc_now(),
    )


def refusal(customer: Customer, card: SavedCard | None, chosen: RefillNumbers = CHOSEN) -> str:
    with pytest.raises(Refused) as caught:
        turn_on(customer, card, chosen)
    return str(caught.value.user_text)


def test_the_same_agreement_again_is_the_same_rule(customer: Customer, saved: SavedCard):
    rule = turn_on(customer, saved).rule
    assert turn_on(customer, saved).rule == rule
    assert rule.notes.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(CHOSEN, deposit=usd("60")),
        replace(CHOSEN, threshold=usd("30")),
        replace(CHOSEN, per_day_max=2),
        replace(CHOSEN, monthly_max=usd("200")),
        replace(CHOSEN, monthly_max=None),
        replace(CHOSEN, days_left=3),
    ],
)
def test_any_other_number_is_refused_and_changes_nothing(
    customer: Customer, saved: SavedCard, other: RefillNumbers
):
    """No cap that somebody has just agreed to is dropped without a word."""
    rule = turn_on(customer, saved).rule
    said = "Automatic refill of this balance is on already. Change it in your profile."
    assert refusal(customer, saved, other) == said
    rule.refresh_from_db()
    assert (rule.numbers, rule.notes.count()) == (CHOSEN, 1)


def test_another_card_is_refused(customer: Customer, saved: SavedCard):
    rule = turn_on(customer, saved).rule
    assert "is on already" in refusal(customer, None)
    rule.refresh_from_db()
    assert (rule.card, rule.state) == (saved, "active")


def test_a_rule_that_is_paused_is_not_called_on(customer: Customer, saved: SavedCard):
    rule = turn_on(customer, saved).rule
    pause_refill(rule_id=rule.pk, by_link=False, now=utc_now())
    assert "is paused" in refusal(customer, saved)


def test_a_rule_that_waits_for_a_confirmation_is_not_called_on(
    customer: Customer, saved: SavedCard
):
    turn_on(customer, saved)
    AutoRefillRule.objects.update(state=AutoRefillRule.State.NEEDS_CONFIRMATION)
    assert "waits for your confirmation" in refusal(customer, saved)


def test_an_open_first_payment_keeps_its_numbers_and_says_so(card: Sandbox, customer: Customer):
    rule = turn_on(customer, None, numbers("50", "30", 3)).rule
    first_payment = rule.attempts.get().top_up
    assert turn_on(customer, None, numbers("50", "30", 3)).first_payment == first_payment
    said = refusal(customer, None, numbers("50", "30", 3, monthly_max="50"))
    assert said == (
        "The first payment of 50.00 USD, with the numbers you agreed to before, is still open. "
        "Pay or cancel it first: it is in your profile."
    )
    rule.refresh_from_db()
    assert rule.monthly_amount_max is None


def test_a_saved_card_beside_an_open_first_payment_is_refused(card: Sandbox, customer: Customer):
    turn_on(customer, None, numbers("50", "30", 3))
    saved = make_saved_card(card, customer)
    assert "is still open" in refusal(customer, saved, numbers("50", "30", 3))


def test_a_canceled_rule_takes_new_numbers(customer: Customer, saved: SavedCard):
    rule = turn_on(customer, saved).rule
    cancel_refill(rule_id=rule.pk, now=utc_now())
    other = replace(CHOSEN, monthly_max=usd("200"))
    assert turn_on(customer, saved, other).rule.numbers == other
