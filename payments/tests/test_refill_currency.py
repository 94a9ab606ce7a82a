"""A currency that the operator offers no longer: its refills pause and say so, others go on."""

import pytest

from commpeak.lib.clock import utc_now
from payments.models.refill import AutoRefillRule, SavedCard
from payments.services.retune_refills import retune_refills
from payments.tasks import look_after_refills
from payments.tests.refill_builders import (
    codes_of,
    mails_to,
    make_rule,
    refill,
    spend_down,
)
from payments.tests.test_refill_pages import form, log_in, text_of
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db
TOLD = "Payments in the currency of this balance are not offered any more."


@pytest.fixture
def rule(card: Sandbox) -> AutoRefillRule:
    return make_rule(card)


@pytest.fixture
def _usd_is_not_offered(rule, settings):
    left = {name: limits for name, limits in settings.TOP_UP_LIMITS.items() if name != "USD"}
    settings.TOP_UP_LIMITS = left


@pytest.mark.usefixtures("_usd_is_not_offered")
def test_its_refill_pauses_and_says_why(rule, client):
    spend_down(rule, "10")
    refill(rule)
    assert (rule.state, rule.paused_reason) == ("paused", "over_ceiling")
    assert codes_of(rule)[-2:] == ["over_ceiling", "paused"]
    assert "Automatic refill of Voice is paused" in mails_to(rule.customer)
    assert TOLD in text_of(log_in(client, rule.customer).get("/"))


@pytest.mark.usefixtures("_usd_is_not_offered")
@pytest.mark.parametrize(
    "path", ["/", "/topup/", "/profile/refill/", "/profile/refill/voice/change/"]
)
def test_its_pages_open(rule, client, path):
    assert log_in(client, rule.customer).get(path).status_code == 200


@pytest.mark.usefixtures("_usd_is_not_offered")
def test_the_panel_says_that_nothing_can_be_added(rule, client):
    page = log_in(client, rule.customer)
    told = "Nothing more is possible right now for a currency that is not offered any more."
    assert told in text_of(page.get("/topup/"))
    asked = {"purse": "voice", "method": "card", "frequency": "once", "amount": "50"}
    key = "0e3c5a52-97a6-4d5c-9a43-7a1a0a7a0001"
    assert told in text_of(page.post("/topup/", asked | {"request_key": key}))


@pytest.mark.usefixtures("_usd_is_not_offered")
def test_its_numbers_cannot_be_changed(rule, client):
    page = log_in(client, rule.customer)
    asked = form(card=str(rule.card_id), agree="yes")
    told = text_of(page.post("/profile/refill/voice/change/", asked))
    assert "Payments in USD are not offered any more." in told


@pytest.mark.usefixtures("_usd_is_not_offered")
def test_the_nightly_work_goes_on(rule):
    AutoRefillRule.objects.update(days_left=3)
    SavedCard.objects.update(expires_year=utc_now().year, expires_month=utc_now().month)
    assert retune_refills(now=utc_now()) == 0
    look_after_refills()
    assert "card_expiring" in codes_of(rule)
