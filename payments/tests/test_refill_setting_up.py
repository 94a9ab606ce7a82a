"""A rule that waits for its card: it is not on, and nothing makes it so but that card."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Customer, OutgoingEmail
from commpeak.lib.clock import utc_now
from payments.models.refill import AutoRefillRule
from payments.services.end_unbegun_refills import end_unbegun_refills
from payments.services.finish_card_setup import finish_card_setup
from payments.services.pause_refill import pause_refill
from payments.services.resume_refill import resume_refill
from payments.services.start_card_setup import begin_card_setup
from payments.services.sync_payment import sync_payment
from payments.tests.builders import POLL, client_secret_of, sync
from payments.tests.refill_builders import (
    PAYS_TOO,
    charged_at,
    codes_of,
    mails_to,
    make_refillable,
    make_saved_card,
    numbers,
    payment_of,
    refill,
    spend_down,
    turn_on,
)
from payments.tests.test_refill_pages import NEW, log_in, text_of
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db

IS_ON = "Automatic refill of Voice is on"
DID_NOT_BEGIN = "Automatic refill of Voice did not begin"
TOMORROW = timedelta(hours=26)


@pytest.fixture
def customer() -> Customer:
    return make_refillable()


@pytest.fixture
def setting_up(card: Sandbox, customer: Customer) -> AutoRefillRule:
    """A card is saved, the balance is up, and "another card" was chosen."""
    make_saved_card(card, customer)
    return turn_on(customer, None).rule


def test_there_is_nothing_to_pause(setting_up: AutoRefillRule):
    rule = pause_refill(rule_id=setting_up.pk, by_link=True, now=utc_now())
    assert (rule.state, codes_of(rule)) == ("setting_up", ["turned_on"])


def test_pausing_and_resuming_charges_no_card_that_was_not_chosen(
    card: Sandbox, setting_up: AutoRefillRule
):
    pause_refill(rule_id=setting_up.pk, by_link=True, now=utc_now())
    resume_refill(rule_id=setting_up.pk, now=utc_now())
    spend_down(setting_up, "10")
    assert refill(setting_up).state == "setting_up"
    assert charged_at(card) == []


# --- when it is on, and when it never will be -------------------------------------------------


def test_it_is_not_mailed_as_on(customer: Customer, setting_up: AutoRefillRule):
    assert IS_ON not in mails_to(customer)


def test_it_is_mailed_as_on_once_with_its_consent_when_the_card_is_saved(
    card: Sandbox, customer: Customer
):
    turned_on = turn_on(customer, None)
    card.pay(begin_card_setup(setup=turned_on.setup).form.client_secret, PAYS_TOO)
    for _twice in range(2):
        finish_card_setup(setup_id=turned_on.setup.pk, now=utc_now())
    assert mails_to(customer).count(IS_ON) == 1
    told = OutgoingEmail.objects.get(customer=customer, subject=IS_ON).text
    assert turned_on.rule.consent_text in told


@pytest.fixture
def first_payment(card: Sandbox, customer: Customer) -> AutoRefillRule:
    """The balance is low, and the first refill is to be paid with a new card."""
    rule = turn_on(customer, None, chosen=numbers("50", "30", 3)).rule
    sync(payment_of(rule))
    return rule


def test_it_is_mailed_as_on_once_when_the_first_payment_is_paid(
    card: Sandbox, customer: Customer, first_payment: AutoRefillRule
):
    assert IS_ON not in mails_to(customer)
    card.pay(client_secret_of(payment_of(first_payment)), PAYS_TOO)
    sync(payment_of(first_payment))
    assert mails_to(customer).count(IS_ON) == 1


def test_a_first_payment_that_is_left_ends_it_in_words(
    customer: Customer, first_payment: AutoRefillRule
):
    payment = payment_of(first_payment)
    sync_payment(payment_id=payment.pk, source=POLL, now=utc_now() + TOMORROW)
    first_payment.refresh_from_db()
    assert (first_payment.state, codes_of(first_payment)[-1]) == ("disabled", "not_begun")
    assert mails_to(customer)[-1] == DID_NOT_BEGIN


def test_a_card_form_that_is_left_ends_it_in_words(customer: Customer, setting_up: AutoRefillRule):
    assert end_unbegun_refills(now=utc_now() + TOMORROW) == 1
    assert end_unbegun_refills(now=utc_now() + TOMORROW) == 0
    setting_up.refresh_from_db()
    assert (setting_up.state, codes_of(setting_up)[-1]) == ("disabled", "not_begun")
    assert mails_to(customer)[-1] == DID_NOT_BEGIN


def test_for_a_day_it_goes_on_waiting(setting_up: AutoRefillRule):
    assert end_unbegun_refills(now=utc_now() + timedelta(hours=24)) == 0


def test_an_open_first_payment_keeps_it_waiting(first_payment: AutoRefillRule):
    assert end_unbegun_refills(now=utc_now() + TOMORROW) == 0


# --- going on ---------------------------------------------------------------------------------


def test_continue_leads_to_the_numbers_that_were_agreed_to(
    client: Client, card: Sandbox, customer: Customer
):
    make_saved_card(card, customer)
    turn_on(customer, None, chosen=numbers("75", "20", 2, monthly_max="300"))
    page = log_in(client, customer)
    assert f'href="{NEW}"' in text_of(page.get("/profile/refill/"))
    shown = page.get(NEW).context["form"]
    typed = {name: shown[name].value() for name in shown.fields}
    assert typed == {
        "deposit": "75.00",
        "threshold": "20.00",
        "per_day_max": 2,
        "days_left": None,
        "monthly_max": "300.00",
        "card": "new",
    }


def test_the_amount_of_the_panel_comes_before_the_deposit_that_was_agreed_to(
    client: Client, setting_up: AutoRefillRule
):
    page = log_in(client, setting_up.customer)
    assert page.get(f"{NEW}?amount=90").context["form"]["deposit"].value() == "90"
