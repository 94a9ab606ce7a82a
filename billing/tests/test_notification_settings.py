"""The page on which a customer chooses warnings."""

from datetime import timedelta

import pytest

from accounts.tests.builders import make_customer
from billing.models import BalanceAlert, DailyUse, Purse
from billing.selectors.customer_account import customer_account
from billing.services.open_balances import open_balances
from billing.tests.builders import top_up, voice_of
from commpeak.lib.clock import utc_now

pytestmark = pytest.mark.django_db
PAGE = "/profile/notifications/"


@pytest.fixture
def customer(client):
    customer = make_customer(email="ada@example.com")
    open_balances(customer=customer, credit_limit=0)
    client.force_login(customer.members.get())
    return customer


def save(client, **fields: str):
    return client.post(PAGE, {"purse": "voice"} | fields)


def text_of(response) -> str:
    return response.content.decode()


def test_warnings_are_saved_for_the_balance_they_are_for(client, customer):
    answer = save(client, purse="sms", threshold=" 20.5 ", runway_days="3", is_daily="on")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    alert = BalanceAlert.objects.get()
    assert alert.balance.account == customer_account(customer=customer, purse=Purse.SMS)
    assert (str(alert.threshold), alert.runway_days, alert.is_daily) == ("20.500000", 3, True)
    text = text_of(client.get(PAGE))
    assert "The warnings for SMS are saved." in text
    assert 'value="20.50"' in text


def test_empty_means_no_warning(client, customer):
    save(client, threshold="20")
    save(client, threshold="", runway_days="")
    alert = BalanceAlert.objects.get()
    assert (alert.threshold, alert.runway_days, alert.is_daily) == (None, None, False)
    assert alert.balance.low_balance_mark is None


@pytest.mark.parametrize(
    "typed", ["0", "-1", "1e400", "NaN", "1,000.00", "١٢", "0.001", "20000.01", "10" * 50, "\x00"]
)
def test_what_is_no_threshold_is_a_form_error_and_kept(client, customer, typed):
    """M9"""
    text = text_of(save(client, threshold=typed))
    assert text.count('class="error-summary"') == 1
    assert not BalanceAlert.objects.exists()


@pytest.mark.parametrize("fields", [{"runway_days": "4"}, {"runway_days": "-1"}, {"purse": "gold"}])
def test_what_is_not_offered_is_not_saved(client, customer, fields):
    assert save(client, threshold="20", **fields).status_code == 200
    assert not BalanceAlert.objects.exists()


def test_the_recommended_threshold_is_one_click_away(client, customer):
    DailyUse.objects.create(
        balance_id=voice_of(customer).pk, day=(utc_now() - timedelta(days=1)).date(), amount=11
    )
    text = text_of(client.get(PAGE))
    assert "We recommend 35.00 USD: about three days at your pace." in text
    assert 'data-amount="35"' in text


def test_the_dashboard_tells_the_pace_when_it_is_known(client, customer):
    top_up(customer, "100")
    assert "Days left at this pace" not in text_of(client.get("/"))
    DailyUse.objects.create(
        balance_id=voice_of(customer).pk, day=(utc_now() - timedelta(days=1)).date(), amount=8
    )
    text = text_of(client.get("/"))
    assert text.count("Days left at this pace") == 1
    assert "about 12" in text


def test_strangers_are_sent_to_log_in(client):
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"


def test_the_number_of_queries_does_not_grow(client, customer, django_assert_num_queries):
    client.get(PAGE)
    # session, user, customer, balances twice, alerts, pace, addresses, silent, members,
    # stopped refills
    with django_assert_num_queries(11):
        client.get(PAGE)
