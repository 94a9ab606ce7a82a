"""A batch of usage: one verdict per event, the bonus first, nothing charged twice."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.models import AccountKind, Balance, JournalEntry, Posting, Purse
from billing.services.charge_usage import AHEAD_MAX, charge_usage
from billing.services.post_entries import ENTRIES_MAX
from billing.services.reverse_entry import reverse_entry
from billing.tests.builders import NOON, make_customer, top_up, usage
from billing.tests.promo_builders import give_bonus

pytestmark = pytest.mark.django_db


def charge(*events, now=NOON):
    return charge_usage(events=events, actor="switch Test", now=now)


def outcome(verdict):
    if verdict.refusal:
        return str(verdict.refusal)
    return "replay" if verdict.is_replay else "charged"


def outcomes(*events, now=NOON):
    return [outcome(verdict) for verdict in charge(*events, now=now)]


def held(customer, kind=AccountKind.BALANCE, purse=Purse.VOICE):
    return Balance.objects.get(
        account__customer=customer, account__kind=kind, account__purse=purse
    ).amount


def promo_of(customer):
    return held(customer, AccountKind.PROMO)


def test_events_are_charged_to_their_balances_and_to_revenue():
    ada, bob = make_customer(), make_customer()
    top_up(ada, "10"), top_up(bob, "5", purse=Purse.SMS)
    events = [usage(ada, "1", "1.25"), usage(bob, "2", "0.000001", purse=Purse.SMS)]
    assert outcomes(*events, usage(ada, "3", "2")) == ["charged"] * 3
    assert (held(ada), held(bob, purse=Purse.SMS)) == (Decimal("6.75"), Decimal("4.999999"))
    earned = Posting.objects.filter(account__code="revenue:voice:USD")
    assert sum(posting.amount for posting in earned) == Decimal("3.25")


def test_entry_carries_source_time_memo_and_who_reported_it():
    customer = make_customer(credit_limit="5")
    (verdict,) = charge(usage(customer, "call-1", "1", memo="SMS × 12"))
    entry = JournalEntry.objects.get(pk=verdict.entry_id)
    assert (entry.source, entry.kind, entry.occurred_at, entry.actor, entry.memo) == (
        "usage:1:call-1",
        "usage",
        NOON,
        "switch Test",
        "SMS × 12",
    )


def test_bonus_is_spent_first_across_a_batch():
    customer = make_customer()
    top_up(customer, "10"), give_bonus(customer, "2.50")
    batch = [usage(customer, str(number), "1") for number in range(4)]
    assert outcomes(*batch) == ["charged"] * 4
    assert (promo_of(customer), held(customer)) == (Decimal(0), Decimal("8.5"))
    spent = Posting.objects.filter(account__customer=customer, amount__lt=0)
    assert list(
        spent.order_by("entry_id", "line").values_list("entry__source", "account__kind", "amount")
    ) == [
        ("usage:1:0", "promo", Decimal(-1)),
        ("usage:1:1", "promo", Decimal(-1)),
        ("usage:1:2", "balance", Decimal("-0.5")),
        ("usage:1:2", "promo", Decimal("-0.5")),
        ("usage:1:3", "balance", Decimal(-1)),
    ]


def test_bonus_of_the_other_balance_is_not_touched():
    customer = make_customer(credit_limit="1")
    give_bonus(customer, "5", purse=Purse.SMS)
    assert outcomes(usage(customer, "1", "1"), usage(customer, "2", "1")) == [
        "charged",
        "insufficient_balance",
    ]


def test_what_is_available_is_spent_to_the_last_millionth_and_no_further():
    customer = make_customer(credit_limit="1")
    top_up(customer, "2"), give_bonus(customer, "3")
    assert outcomes(
        usage(customer, "1", "6.000001"),
        usage(customer, "2", "5.5"),
        usage(customer, "3", "0.500001"),
        usage(customer, "4", "0.5"),
        usage(customer, "5", "0.000001"),
    ) == [
        "insufficient_balance",
        "charged",
        "insufficient_balance",
        "charged",
        "insufficient_balance",
    ]
    assert (promo_of(customer), held(customer)) == (Decimal(0), Decimal(-1))


def test_call_already_made_is_charged_beyond_the_limit():
    customer = make_customer(credit_limit="1")
    give_bonus(customer, "2")
    assert outcomes(usage(customer, "1", "10", forced=True), usage(customer, "2", "1")) == [
        "charged",
        "insufficient_balance",
    ]
    assert (promo_of(customer), held(customer)) == (Decimal(0), Decimal(-8))


def test_bonus_cannot_be_spent_while_more_was_taken_back_than_it_makes_good():
    """M6: the balance is below its limit, and promo credit covers only part of that."""
    customer = make_customer()
    credit = top_up(customer, "50")
    charge(usage(customer, "1", "30"))
    reverse_entry(entry_id=credit.entry_id, actor="ann", reason="Stolen card", now=NOON)
    give_bonus(customer, "20")
    assert outcomes(usage(customer, "2", "1")) == ["insufficient_balance"]
    give_bonus(customer, "11")
    assert outcomes(usage(customer, "2", "1")) == ["charged"]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"account_number": "00000000"}, "unknown_account"),
        ({"currency": "EUR"}, "wrong_currency"),
        ({"amount": "0"}, "amount_not_positive"),
        ({"amount": "-1"}, "amount_not_positive"),
        ({"amount": "100"}, "insufficient_balance"),
        ({"occurred_at": NOON + AHEAD_MAX + timedelta(seconds=1)}, "occurred_in_the_future"),
        ({"occurred_at": NOON - timedelta(days=35, seconds=1)}, "occurred_too_long_ago"),
    ],
)
def test_bad_event_stops_no_other(changes, refusal):
    customer = make_customer()
    top_up(customer, "10")
    bad = usage(customer, "2", changes.pop("amount", "1"), **changes)
    assert outcomes(usage(customer, "1", "1"), bad, usage(customer, "3", "1")) == [
        "charged",
        refusal,
        "charged",
    ]
    assert held(customer) == 8
    assert not JournalEntry.objects.filter(source="usage:1:2").exists()


def test_clock_of_a_switch_may_be_a_little_ahead():
    customer = make_customer(credit_limit="5")
    assert outcomes(usage(customer, "1", "1", occurred_at=NOON + AHEAD_MAX)) == ["charged"]


def test_second_telling_is_answered_by_the_first_entry():
    customer = make_customer()
    top_up(customer, "10")
    batch = [usage(customer, "1", "1"), usage(customer, "2", "2")]
    first, again = charge(*batch), charge(*batch)
    assert [verdict.entry_id for verdict in again] == [verdict.entry_id for verdict in first]
    assert [outcome(verdict) for verdict in again] == ["replay", "replay"]
    assert held(customer) == 7


def test_replay_is_judged_by_what_happened_not_by_how_it_was_split():
    customer = make_customer()
    top_up(customer, "10")
    first = charge(usage(customer, "1", "1"))
    give_bonus(customer, "5")
    assert charge(usage(customer, "1", "1"))[0].entry_id == first[0].entry_id
    assert (promo_of(customer), held(customer)) == (Decimal(5), Decimal(9))


def test_replay_is_answered_when_the_balance_is_empty_and_the_event_old_by_now():
    customer = make_customer()
    top_up(customer, "1")
    charge(usage(customer, "1", "1"))
    assert outcomes(usage(customer, "1", "1"), now=NOON + timedelta(days=400)) == ["replay"]


def test_replay_that_is_forced_by_now_is_the_same_event():
    customer = make_customer(credit_limit="1")
    charge(usage(customer, "1", "1"))
    assert outcomes(usage(customer, "1", "1", forced=True)) == ["replay"]


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "2"},
        {"purse": Purse.SMS},
        {"currency": "EUR"},
        {"occurred_at": NOON + timedelta(microseconds=1)},
        {"memo": "Call to another number"},
    ],
)
def test_id_told_again_with_other_facts_is_a_conflict(changes):
    customer = make_customer(credit_limit="10")
    charge(usage(customer, "1", "1"))
    other = usage(customer, "1", changes.pop("amount", "1"), **changes)
    assert outcomes(other, usage(customer, "2", "1")) == ["id_reused", "charged"]
    assert held(customer) == -2


def test_id_of_another_customers_event_is_a_conflict():
    ada, bob = make_customer(credit_limit="10"), make_customer(credit_limit="10")
    charge(usage(ada, "1", "1"))
    assert outcomes(usage(bob, "1", "1")) == ["id_reused"]
    assert held(bob) == 0


def test_id_told_twice_within_a_batch():
    customer = make_customer(credit_limit="10")
    first, same, other = charge(
        usage(customer, "1", "1"), usage(customer, "1", "1"), usage(customer, "1", "2")
    )
    assert (outcome(first), outcome(same), outcome(other)) == ("charged", "replay", "id_reused")
    assert same.entry_id == first.entry_id
    assert held(customer) == -1


def test_refused_event_is_judged_anew():
    customer = make_customer()
    assert outcomes(usage(customer, "1", "1")) == ["insufficient_balance"]
    top_up(customer, "1")
    assert outcomes(usage(customer, "1", "1")) == ["charged"]


def test_two_switches_may_use_the_same_id():
    customer = make_customer(credit_limit="10")
    events = [usage(customer, "1", "1"), usage(customer, "1", "1", source="usage:2:1")]
    assert outcomes(*events) == ["charged", "charged"]


def test_batch_takes_four_queries_however_long_it_is(django_assert_num_queries):
    customers = [make_customer(credit_limit="100") for _ in range(3)]
    give_bonus(customers[0], "1")
    charge(usage(customers[0], "0", "1"))
    batch = [usage(customers[n % 3], f"b{n}", "0.5") for n in range(90)]
    with django_assert_num_queries(4):
        assert outcomes(*batch) == ["charged"] * 90


def test_empty_batch_has_no_verdicts():
    assert charge() == []


def test_batch_has_a_limit():
    with pytest.raises(ValueError, match="at most 1000"):
        charge(*[usage(make_customer(), "1", "1")] * (ENTRIES_MAX + 1))
