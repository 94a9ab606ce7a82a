"""A threshold of days whose pace becomes more than deposit and maximums allow."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import OutgoingEmail
from billing.models import DailyUse, Purse
from billing.selectors.customer_account import customer_account
from commpeak.lib.clock import utc_now
from payments.models.refill import AutoRefillRule
from payments.selectors.refill_overview import refill_history
from payments.services.retune_refills import retune_refills
from payments.tests.refill_builders import codes_of, mails_to, make_rule, numbers
from payments.tests.test_refill_pages import log_in, text_of
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db

CANNOT_FOLLOW = "The threshold of your Voice refill cannot follow your pace"


@pytest.fixture
def rule(card: Sandbox) -> AutoRefillRule:
    """30.00, which is three days at 10.00 a day."""
    rule = make_rule(card, chosen=numbers("50", "30", 3, days_left=3))
    account = customer_account(customer=rule.customer, purse=Purse.VOICE)
    for days in range(1, 15):
        day = (utc_now() - timedelta(days=days)).date()
        DailyUse.objects.create(balance_id=account.pk, day=day, amount=10)
    return rule


def retune(rule: AutoRefillRule, *, daily: str) -> AutoRefillRule:
    DailyUse.objects.update(amount=Decimal(daily))
    retune_refills(now=utc_now())
    rule.refresh_from_db()
    return rule


def profile_of(client: Client, rule: AutoRefillRule) -> str:
    return text_of(log_in(client, rule.customer).get("/profile/refill/"))


def test_what_keeps_it_from_following_is_a_line_counted_each_night(rule: AutoRefillRule):
    for daily in ("100", "101"):
        assert retune(rule, daily=daily).threshold == 30
    [line, _turned_on] = refill_history(rule=rule, lines_max=3)
    assert (line.text, line.times) == (
        "The threshold stays at 30.00 USD: your pace asks for 300.00 USD now, and your deposit and "
        "maximums do not allow that.",
        2,
    )


def test_it_is_mailed_once_with_what_would_help(rule: AutoRefillRule):
    for daily in ("100", "101"):
        retune(rule, daily=daily)
    assert mails_to(rule.customer).count(CANNOT_FOLLOW) == 1
    told = OutgoingEmail.objects.get(subject=CANNOT_FOLLOW).text
    assert "That is 300.00 USD now" in told
    assert "The smallest deposit that would is 100.00 USD." in told


def test_the_profile_tells_days_only_while_they_are_true(client: Client, rule: AutoRefillRule):
    assert "(3 days at your pace)" in profile_of(client, rule)
    retune(rule, daily="100")
    assert "(less than 3 days at your pace)" in profile_of(client, rule)


def test_it_follows_again_when_it_can(client: Client, rule: AutoRefillRule):
    retune(rule, daily="100")
    retune(rule, daily="10")
    assert codes_of(rule) == ["turned_on", "pace_too_fast", "retuned"]
    assert "(3 days at your pace)" in profile_of(client, rule)
