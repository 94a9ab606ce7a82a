"""A rule that waits for its card: it is not on, and nothing makes it so but that card."""

import pytest

from accounts.models import Customer
from billing.tests.builders import top_up
from commpeak.lib.clock import utc_now
from payments.models.refill import AutoRefillRule
from payments.services.pause_refill import pause_refill
from payments.services.resume_refill import resume_refill
from payments.tests.builders import make_customer
from payments.tests.refill_builders import (
    charged_at,
    codes_of,
    daytime_zone,
    make_saved_card,
    refill,
    spend_down,
    turn_on,
)
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    customer = make_customer(time_zone=daytime_zone())
    top_up(customer, "25.00")
    return customer


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
