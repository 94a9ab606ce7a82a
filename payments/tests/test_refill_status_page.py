"""The page of a refill's top-up while nobody can tell whether the saved card was charged."""

import pytest
from django.test import Client
from django.urls import reverse

from commpeak.lib.clock import utc_now
from payments.models import TopUp
from payments.services.look_at_refill import look_at_refill
from payments.tests.refill_builders import charged_at, make_rule, payment_of, spend_down
from sandbox.testing import Sandbox
from tests.customers import user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def top_up(card: Sandbox, client: Client) -> TopUp:
    rule = make_rule(card)
    spend_down(rule, "10")
    look_at_refill(balance_id=rule.balance_id, now=utc_now())
    client.force_login(user_of(rule.customer), backend="django.contrib.auth.backends.ModelBackend")
    return payment_of(rule).top_up


def test_it_says_that_the_answer_is_waited_for(client: Client, top_up: TopUp):
    page = client.get(top_up.get_absolute_url()).content.decode()
    assert "Waiting for the answer about your saved card" in page
    assert "Enter your card" not in page


def test_it_offers_neither_to_pay_nor_to_cancel(client: Client, top_up: TopUp):
    page = client.get(top_up.get_absolute_url()).content.decode()
    assert "Continue to payment" not in page
    assert "Cancel this top-up" not in page


def test_the_card_form_leads_back_to_it_and_charges_nothing(
    client: Client, top_up: TopUp, card: Sandbox
):
    answer = client.get(reverse("topup-pay", args=[top_up.reference]))
    assert answer.url == top_up.get_absolute_url()
    assert charged_at(card) == []


def test_a_cancellation_sent_all_the_same_is_refused_and_charges_nothing(
    client: Client, top_up: TopUp, card: Sandbox
):
    address = reverse("topup-cancel", args=[top_up.reference])
    page = client.post(address, follow=True).content.decode()
    assert "that cannot be stopped here" in page
    assert charged_at(card) == []
