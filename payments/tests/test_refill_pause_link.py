"""What the pause link of an e-mail says of a rule that has nothing to pause."""

import pytest
from django.test import Client

from commpeak.lib.clock import utc_now
from payments.models.refill import AutoRefillRule
from payments.refill_links import pause_link
from payments.services.cancel_refill import cancel_refill
from payments.tests.refill_builders import make_refillable, make_rule, turn_on
from payments.tests.test_refill_pages import log_in, text_of
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting_up(card: Sandbox) -> AutoRefillRule:
    customer = make_refillable()
    return turn_on(customer, None).rule


def link_of(rule: AutoRefillRule, site: str) -> str:
    return pause_link(rule_id=rule.pk).removeprefix(site)


def test_the_link_of_a_rule_that_waits_for_its_card_has_no_button(
    client: Client, setting_up: AutoRefillRule, settings
):
    said = text_of(client.get(link_of(setting_up, settings.SITE_URL)))
    assert "It waits for its card, so there is nothing to pause." in said
    assert "<form method" not in said


def test_the_profile_pauses_no_rule_that_waits_for_its_card(
    client: Client, setting_up: AutoRefillRule
):
    page = log_in(client, setting_up.customer)
    said = text_of(page.post("/profile/refill/voice/pause/", follow=True))
    assert "Automatic refill of Voice is not on: there is nothing to pause." in said


def test_the_link_of_a_canceled_rule_says_that_it_is_off(client: Client, card: Sandbox, settings):
    rule = make_rule(card)
    cancel_refill(rule_id=rule.pk, now=utc_now())
    said = text_of(client.get(link_of(rule, settings.SITE_URL)))
    assert "Automatic refill is off" in said
    assert "Resume or cancel it" not in said
