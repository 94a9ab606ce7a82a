"""Traffic for the demo: believable, the same for the same seed, and through the API."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from billing.models import JournalEntry, SwitchToken
from billing.selectors.customer_balances import customer_balances
from billing.simulated_usage import Caller, Traffic, busyness
from billing.tests.builders import make_customer, top_up
from billing.tests.switches import make_token

MONDAY_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ADA = Caller("12345674", "UTC", {"voice": "USD", "sms": "EUR"})


def traffic(seed=7, per_minute=600.0, callers=(ADA,)):
    return Traffic(callers=callers, per_minute=per_minute, seed=seed)


def hour(start, **how):
    return traffic(**how).between(start, start + timedelta(hours=1))


def test_same_seed_makes_the_same_traffic_and_another_does_not():
    assert hour(MONDAY_NOON, per_minute=5) == hour(MONDAY_NOON, per_minute=5)
    assert hour(MONDAY_NOON, per_minute=5) != hour(MONDAY_NOON, per_minute=5, seed=8)


def test_more_is_used_by_day_than_at_lunch_at_night_and_at_the_weekend():
    counts = [
        len(hour(MONDAY_NOON + timedelta(hours=hours), per_minute=60))
        for hours in (-2, 0, 12, 5 * 24 - 2)
    ]
    day, lunch, night, saturday = counts
    assert day > lunch > night
    assert day > saturday
    assert busyness(MONDAY_NOON.replace(hour=3)) > 0


def test_most_calls_are_short_and_few_are_long_and_messages_come_in_bursts():
    events = hour(MONDAY_NOON - timedelta(hours=2))
    minutes = sorted(
        int(event["description"].rpartition(", ")[2].partition(":")[0])
        for event in events
        if event["purse"] == "voice"
    )
    assert minutes[len(minutes) // 2] <= 1
    assert minutes[-1] >= 10
    moments = [event["occurred_at"] for event in events if event["purse"] == "sms"]
    assert max(moments.count(moment) for moment in set(moments)) >= 5


def test_every_event_is_one_that_the_api_takes():
    events = hour(MONDAY_NOON)
    assert len({event["id"] for event in events}) == len(events)
    for event in events:
        assert Decimal(event["amount"]) > 0
        assert len(event["amount"].partition(".")[2]) <= 6
        assert event["currency"] == ADA.currencies[event["purse"]]


@pytest.fixture
def run(live_server, capsys):
    """One minute's traffic against a real server; what was printed."""

    def run(**options):
        call_command(
            "simulate_usage", once=True, seed=7, rate=200.0, url=live_server.url, **options
        )
        return capsys.readouterr().out

    return run


@pytest.fixture
def customer(transactional_db):
    customer = make_customer()
    top_up(customer, "10")
    return customer


def test_command_charges_what_it_makes_with_a_new_token_each_time(run, customer, settings):
    settings.DEBUG = True
    run(customers="00000000," + customer.account_number, leave=Decimal(1000))  # nothing
    said = run()
    charged = JournalEntry.objects.filter(kind="usage").count()
    assert said.count(" charged") == charged > 10
    assert "insufficient" not in said  # it asks before it calls
    assert SwitchToken.objects.filter(revoked_at=None).count() == 1


def test_command_leaves_what_it_is_told_to_leave(run, customer, settings):
    settings.DEBUG = True
    run(leave=Decimal("9.99"), customers=customer.account_number)
    voice, _sms = customer_balances(customer)
    assert Decimal("9.99") <= voice.available.amount < 10


def test_token_is_not_made_in_production(run, customer):
    with pytest.raises(CommandError, match="DEBUG off"):
        run()
    assert SwitchToken.objects.count() == 0
    assert " charged" in run(token=make_token())


def test_unknown_customer_is_told(run, customer):
    with pytest.raises(CommandError, match="nobody"):
        run(customers="nobody@example.com")


def test_portal_that_does_not_answer_ends_nothing(customer, settings, capsys):
    settings.DEBUG = True
    call_command("simulate_usage", once=True, seed=7, rate=200.0, url="http://127.0.0.1:9")
    assert "trying again: ConnectionError" in capsys.readouterr().out
