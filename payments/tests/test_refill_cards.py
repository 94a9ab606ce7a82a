"""Which card an automatic refill charges, after every way to choose, change and lose one."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Customer, OutgoingEmail
from billing.models import Purse
from commpeak.lib.clock import utc_now
from payments.gateways.base import GatewayError
from payments.gateways.card.client import stripe_client
from payments.models.refill import AutoRefillRule, SavedCard
from payments.selectors.card_to_charge import card_to_charge
from payments.selectors.open_refills import cards_to_forget
from payments.selectors.refill_overview import refill_history
from payments.selectors.saved_cards import saved_cards
from payments.services.finish_card_setup import finish_card_setup
from payments.services.forget_card import ASKED_AGAIN_AFTER, forget_card
from payments.services.put_card_first import put_card_first
from payments.services.remove_card import remove_card
from payments.services.start_card_setup import begin_card_setup, start_card_setup
from payments.tests.builders import client_secret_of, make_customer, sync
from payments.tests.refill_builders import (
    DECLINES_LATER,
    PAYS,
    PAYS_TOO,
    attempts_of,
    codes_of,
    mails_to,
    make_refillable,
    make_rule,
    make_saved_card,
    payment_of,
    refill,
    spend_down,
    turn_on,
)
from sandbox.faults import FaultKind
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db


# --- the first payment keeps its card ---------------------------------------------------------


@pytest.fixture
def begun(card: Sandbox) -> AutoRefillRule:
    """Visa 4242 is saved, the balance is low, and "another card" was chosen: a payment waits."""
    customer = make_refillable("10.00")
    make_saved_card(card, customer, PAYS)
    return turn_on(customer, None).rule


def pay_first(card: Sandbox, rule: AutoRefillRule) -> None:
    payment = payment_of(rule)
    card.pay(client_secret_of(payment), PAYS_TOO)
    sync(payment)
    rule.refresh_from_db()


def test_the_card_of_the_first_payment_is_charged_from_then_on(card: Sandbox, begun):
    """Also with an older card that comes before it in the list."""
    pay_first(card, begun)
    assert (begun.state, str(begun.card)) == ("active", "Mastercard 4444")
    assert codes_of(begun) == ["turned_on", "charging", "card_changed", "charged"]
    spend_down(begun, "50")
    refill(begun)
    assert payment_of(begun).instrument == "Mastercard 4444"


def test_an_answer_that_comes_again_gives_no_card_back_that_was_taken_away(card: Sandbox, begun):
    """W1: months later the gateway still tells which card paid."""
    pay_first(card, begun)
    first = payment_of(begun)
    remove_card(card_id=begun.card_id, now=utc_now())
    sync(first)
    begun.refresh_from_db()
    assert begun.card is None
    spend_down(begun, "50")
    refill(begun)
    assert payment_of(begun).instrument == "Visa 4242"


def test_a_rule_that_was_canceled_while_its_first_payment_was_paid_stays_off(card: Sandbox, begun):
    AutoRefillRule.objects.update(state=AutoRefillRule.State.DISABLED)
    pay_first(card, begun)
    assert (begun.state, begun.card) == ("disabled", None)
    assert SavedCard.objects.filter(last_four="4444").exists()


# --- "Try first" ------------------------------------------------------------------------------


def make_sms_rule(customer: Customer, saved: SavedCard) -> AutoRefillRule:
    return turn_on(customer, saved, purse=Purse.SMS).rule


def listed(rule: AutoRefillRule) -> list[tuple[str, list[str], bool]]:
    cards = saved_cards(customer=rule.customer, now=utc_now())
    return [(str(item.card), item.first_for, item.is_first) for item in cards]


def test_the_card_that_is_put_first_is_the_one_charged(card: Sandbox):
    rule = make_rule(card, PAYS, PAYS_TOO)
    second = SavedCard.objects.get(last_four="4444")
    put_card_first(card_id=second.pk, now=utc_now())
    assert codes_of(rule) == ["turned_on", "card_changed"]
    assert mails_to(rule.customer)[-1] == "Automatic refill of Voice was changed"
    assert listed(rule) == [("Mastercard 4444", ["Voice"], True), ("Visa 4242", [], False)]
    spend_down(rule, "10")
    refill(rule)
    assert payment_of(rule).instrument == "Mastercard 4444"


def test_a_card_put_first_twice_is_told_of_once(card: Sandbox):
    rule = make_rule(card, PAYS, PAYS_TOO)
    for _ in range(2):
        put_card_first(card_id=SavedCard.objects.get(last_four="4444").pk, now=utc_now())
    assert codes_of(rule) == ["turned_on", "card_changed"]


def test_a_refused_card_that_is_put_first_gets_another_chance(card: Sandbox):
    rule = make_rule(card, PAYS, PAYS_TOO)
    SavedCard.objects.filter(pk=rule.card_id).update(refused_at=utc_now())
    put_card_first(card_id=rule.card_id, now=utc_now())
    assert card_to_charge(rule=rule, now=utc_now()).pk == rule.card_id


def test_the_list_shows_first_what_a_refill_really_tries_first(card: Sandbox):
    """Each refill may have a card of its own; SMS charges the second one here."""
    rule = make_rule(card, PAYS, PAYS_TOO)
    sms = make_sms_rule(rule.customer, SavedCard.objects.get(last_four="4444"))
    assert listed(rule) == [
        ("Visa 4242", ["Voice"], False),
        ("Mastercard 4444", ["SMS"], False),
    ]
    put_card_first(card_id=sms.card_id, now=utc_now())
    assert listed(rule) == [("Mastercard 4444", ["Voice", "SMS"], True), ("Visa 4242", [], False)]


def test_a_refill_that_waits_for_another_card_is_not_turned_on_by_it(begun):
    put_card_first(card_id=SavedCard.objects.get().pk, now=utc_now())
    begun.refresh_from_db()
    assert (begun.state, begun.card) == ("setting_up", None)


# --- replaced ---------------------------------------------------------------------------------


def living(customer: Customer) -> list[str]:
    return [str(card) for card in SavedCard.objects.filter(customer=customer, removed_at=None)]


def test_a_card_that_expires_is_replaced_in_place_and_charged_at_once(card: Sandbox):
    rule = make_rule(card, DECLINES_LATER, PAYS)
    spend_down(rule, "10")
    now, old = utc_now(), rule.card
    setup = start_card_setup(customer=rule.customer, rule=None, replaces=old, now=now)
    card.pay(begin_card_setup(setup=setup).form.client_secret, PAYS_TOO)
    for _ in range(2):
        finish_card_setup(setup_id=setup.pk, now=now)
    assert living(rule.customer) == ["Mastercard 4444", "Visa 4242"]
    assert cards_to_forget(now=now) == [old.pk]
    assert codes_of(rule) == ["turned_on", "card_changed"]
    refill(rule)
    assert payment_of(rule).instrument == "Mastercard 4444"
    saved = OutgoingEmail.objects.get(key__startswith=f"card-saved:{rule.card_id}")
    assert "It takes the place of Visa 0341" in saved.text


def test_a_card_that_is_never_entered_replaces_none(card: Sandbox):
    rule = make_rule(card)
    setup = start_card_setup(customer=rule.customer, rule=None, replaces=rule.card, now=utc_now())
    finish_card_setup(setup_id=setup.pk, now=utc_now())
    assert living(rule.customer) == ["Visa 4242"]
    assert codes_of(rule) == ["turned_on"]


def test_the_same_physical_card_is_kept_once(card: Sandbox):
    """S9: refused for good under one id, it would be tried at once under the other."""
    rule = make_rule(card, DECLINES_LATER)
    again = make_saved_card(card, rule.customer, DECLINES_LATER)
    rule.refresh_from_db()
    assert (living(rule.customer), rule.card) == (["Visa 0341"], again)
    spend_down(rule, "10")
    for _ in range(2):
        refill(rule)
    assert [state for state, _amount in attempts_of(rule)] == ["failed"]


def test_a_card_of_another_customer_is_not_the_same(card: Sandbox):
    mine = make_saved_card(card, make_customer())
    make_saved_card(card, make_customer())
    mine.refresh_from_db()
    assert mine.removed_at is None


def test_a_card_is_good_for_a_day_after_its_month():
    """Its bank's month ends last in Baker Island's time zone, twelve hours after ours."""
    saved = SavedCard(expires_year=2026, expires_month=12)
    new_year = datetime(2027, 1, 1, tzinfo=UTC)
    assert not saved.is_expired(new_year + timedelta(hours=23))
    assert saved.is_expired(new_year + timedelta(hours=24))


# --- taken away -------------------------------------------------------------------------------


def test_a_card_that_is_taken_from_a_refill_is_a_line_of_its_history(card: Sandbox):
    rule = make_rule(card, PAYS, PAYS_TOO)
    for _ in range(2):
        remove_card(card_id=rule.card_id, now=utc_now())
    assert codes_of(rule) == ["turned_on", "card_removed"]
    [line] = refill_history(rule=rule, lines_max=1)
    assert line.text == "Visa 4242 was removed from your cards."


def test_a_card_that_the_gateway_did_not_forget_is_asked_about_again(card: Sandbox):
    """B9: here it is removed at once; there it stays chargeable until the gateway has heard it."""
    saved, now = make_saved_card(card, make_customer()), utc_now()
    card.set_fault(FaultKind.RATE_LIMITED, operation="payment_methods.detach")
    with pytest.raises(GatewayError):
        remove_card(card_id=saved.pk, now=now)
    assert cards_to_forget(now=now) == []
    later = now + ASKED_AGAIN_AFTER
    assert cards_to_forget(now=later) == [saved.pk]
    card.clear_faults()
    for _ in range(2):
        forget_card(card_id=saved.pk, now=later)
    assert cards_to_forget(now=later + ASKED_AGAIN_AFTER) == []
    method = stripe_client().v1.payment_methods.retrieve(saved.gateway_id)
    assert method.customer is None
