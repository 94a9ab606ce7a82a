"""A refill that has stopped by itself is told on every page, with what to do."""

import pytest

from accounts.tests.builders import make_user
from commpeak.lib.clock import utc_now
from payments.models.refill import AutoRefillRule
from payments.selectors.stopped_refills import stopped_refills
from payments.services.pause_refill import pause_refill
from payments.tests.builders import make_customer
from payments.tests.refill_builders import (
    ALWAYS_ASKS,
    make_refillable,
    make_rule,
    payment_of,
    refill,
    spend_down,
)
from sandbox.faults import FaultKind
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db
PAGES = ["/", "/topup/", "/statement/voice/", "/profile/", "/profile/cards/", "/notifications/"]
PAUSED = "Automatic refill of Voice is paused: nothing is charged"
DECLINED = "Three charges in a row were declined. Check or replace your card, then resume."
CONFIRM = "Your bank wants you to confirm a refill of Voice"


@pytest.fixture
def customer():
    return make_refillable()


@pytest.fixture
def page(client, customer):
    client.force_login(customer.members.get(), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def paused(card: Sandbox, customer) -> AutoRefillRule:
    """After three declines."""
    rule = make_rule(card, customer=customer)
    spend_down(rule, "10")
    for _attempt in range(3):
        AutoRefillRule.objects.update(not_before=None)
        card.set_fault(FaultKind.DECLINED, code="insufficient_funds")
        refill(rule)
    assert rule.paused_reason == "declined_thrice"
    return rule


@pytest.fixture
def to_confirm(card: Sandbox, customer) -> AutoRefillRule:
    rule = make_rule(card, ALWAYS_ASKS, customer=customer)
    spend_down(rule, "10")
    assert refill(rule).state == "needs_confirmation"
    return rule


def text_of(page, path: str) -> str:
    return page.get(path, follow=True).content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_one_that_paused_itself_is_told_on_every_page(page, paused, path):
    said = text_of(page, path)
    assert (said.count(PAUSED), said.count(DECLINED)) == (1, 1)
    assert '<a href="/profile/refill/">See your automatic refill</a>' in said


@pytest.mark.parametrize("path", PAGES)
def test_so_is_one_that_waits_for_a_confirmation(page, to_confirm, path):
    pay = f"/topup/{payment_of(to_confirm).top_up.reference}/pay/"
    said = text_of(page, path)
    assert said.count(CONFIRM) == 1
    assert f'<a href="{pay}">Confirm the payment</a>' in said


def test_its_own_page_says_it_once(page, paused):
    said = text_of(page, "/profile/refill/")
    assert (said.count("Paused: nothing is charged"), said.count(PAUSED)) == (1, 0)


def test_the_page_of_the_refill_that_waits_says_it_once(page, to_confirm):
    said = text_of(page, "/profile/refill/")
    assert (said.count("Your bank wants you to confirm a refill"), said.count(CONFIRM)) == (1, 0)


def test_where_it_is_confirmed_nobody_is_sent_there(page, to_confirm):
    pay = f"/topup/{payment_of(to_confirm).top_up.reference}/pay/"
    assert CONFIRM not in text_of(page, pay)


@pytest.mark.parametrize("by_link", [False, True])
def test_who_paused_it_knows(page, card: Sandbox, customer, by_link):
    rule = make_rule(card, customer=customer)
    pause_refill(rule_id=rule.pk, by_link=by_link, now=utc_now())
    assert "is paused: nothing is charged" not in text_of(page, "/")


def test_one_that_goes_on_is_not_mentioned(page, card: Sandbox, customer):
    make_rule(card, customer=customer)
    assert "See your automatic refill" not in text_of(page, "/")


def test_nobody_else_is_told(client, paused):
    """S2"""
    for path in ("/", "/accounts/login/"):
        assert PAUSED not in text_of(client, path)
    stranger = make_customer().members.get()
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert PAUSED not in text_of(client, "/")


def test_the_admin_does_not_mention_it(page, paused, customer):
    customer.members.add(make_user(email="root@example.com", is_staff=True, is_superuser=True))
    page.force_login(customer.members.get(is_staff=True))
    assert PAUSED not in text_of(page, "/admin/")


def test_it_takes_one_query(paused, customer, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [stopped.purse for stopped in stopped_refills(customer)] == ["voice"]
