"""A batch: one verdict per entry, in order, whatever the others do."""

from dataclasses import replace
from decimal import Decimal

import pytest

from billing.models import Balance, EntryKind, JournalEntry, Posting
from billing.services.post_entries import ENTRIES_MAX, NewEntry, post_entries
from billing.services.post_entry import Line
from billing.tests.builders import NOON, make_customer, revenue, spend, top_up, usd, voice_of

pytestmark = pytest.mark.django_db


def call(customer, amount, source, **changes):
    lines = [Line(voice_of(customer).pk, -usd(amount)), Line(revenue(), usd(amount))]
    entry = NewEntry(source, EntryKind.USAGE, lines, NOON, "switch")
    return replace(entry, **changes)


def outcome(verdict):
    if verdict.is_refused:
        return verdict.broken_constraint
    return "replay" if verdict.is_replay else "posted"


def outcomes(*entries):
    return [outcome(verdict) for verdict in post_entries(entries=entries)]


def balance_of(customer):
    return Balance.objects.get(account=voice_of(customer)).amount


def test_every_entry_of_a_batch_is_posted():
    rich, richer = make_customer(), make_customer()
    top_up(rich, "10"), top_up(richer, "20")
    assert outcomes(call(rich, "1", "c:1"), call(richer, "2", "c:2"), call(rich, "3", "c:3")) == [
        "posted",
        "posted",
        "posted",
    ]
    assert (balance_of(rich), balance_of(richer)) == (Decimal(6), Decimal(18))
    assert list(
        Posting.objects.filter(account=voice_of(rich)).order_by("id").values_list("balance_after")
    ) == [(Decimal(10),), (Decimal(9),), (Decimal(6),)]


def test_entry_over_the_limit_is_refused_and_smaller_ones_after_it_are_posted():
    poor, rich = make_customer(credit_limit="1"), make_customer()
    top_up(poor, "4"), top_up(rich, "100")
    assert outcomes(
        call(poor, "3", "c:1"),
        call(poor, "3", "c:2"),
        call(rich, "50", "c:3"),
        call(poor, "2", "c:4"),
    ) == ["posted", "balance_stays_within_its_credit_limit", "posted", "posted"]
    assert (balance_of(poor), balance_of(rich)) == (Decimal(-1), Decimal(50))


def test_verdicts_of_a_second_call_are_replays_of_the_first():
    customer = make_customer(credit_limit="10")
    batch = [call(customer, "1", "c:1"), call(customer, "2", "c:2")]
    first = post_entries(entries=batch)
    again = post_entries(entries=batch)
    assert [verdict.entry_id for verdict in again] == [verdict.entry_id for verdict in first]
    assert [outcome(verdict) for verdict in again] == ["replay", "replay"]
    assert balance_of(customer) == Decimal(-3)


def test_source_told_twice_within_a_batch_is_posted_once():
    customer = make_customer(credit_limit="10")
    assert outcomes(call(customer, "1", "c:1"), call(customer, "1", "c:1")) == ["posted", "replay"]
    assert balance_of(customer) == Decimal(-1)


def test_source_told_twice_with_other_figures_is_a_conflict():
    customer = make_customer(credit_limit="10")
    spend(customer, "1", source="c:0")
    assert outcomes(
        call(customer, "2", "c:0"), call(customer, "1", "c:1"), call(customer, "2", "c:1")
    ) == ["source_stands_for_one_body", "posted", "source_stands_for_one_body"]
    assert balance_of(customer) == Decimal(-2)


BAD_LINES = {
    "entry_sums_to_zero_in_every_currency": lambda a, b: [Line(a, usd("-1")), Line(b, usd("2"))],
    "entry_has_at_least_two_postings": lambda a, b: [Line(a, usd("-1"))],
    "posting_amount_is_not_zero": lambda a, b: [Line(a, usd("0")), Line(b, usd("0"))],
    "posting_is_in_its_accounts_currency": lambda a, b: [Line(0, usd("-1")), Line(b, usd("1"))],
}


@pytest.mark.parametrize("constraint", BAD_LINES)
def test_entry_that_is_no_entry_stops_no_other(constraint):
    customer = make_customer(credit_limit="10")
    lines = BAD_LINES[constraint](voice_of(customer).pk, revenue())
    bad = call(customer, "1", "c:2", lines=lines)
    assert outcomes(call(customer, "1", "c:1"), bad, call(customer, "1", "c:3")) == [
        "posted",
        constraint,
        "posted",
    ]
    assert balance_of(customer) == Decimal(-2)


def test_entry_of_a_kind_that_may_not_be_forced_is_refused():
    customer = make_customer()
    bad = call(customer, "1", "c:1", kind=EntryKind.MOVE, forced=True)
    assert outcomes(bad) == ["only_facts_are_forced"]


def test_forced_usage_of_a_batch_passes_the_limit():
    customer = make_customer()
    assert outcomes(call(customer, "1", "c:1", forced=True)) == ["posted"]
    assert balance_of(customer) == Decimal(-1)


def test_batch_and_single_agree_on_what_the_same_body_is():
    customer = make_customer(credit_limit="10")
    first = post_entries(entries=[call(customer, "1", "c:1")])[0]
    again = spend(customer, "1", source="c:1")
    assert (again.entry_id, again.is_replay) == (first.entry_id, True)


def test_empty_batch_has_no_verdicts():
    assert post_entries(entries=[]) == []


def test_batch_has_a_limit():
    customer = make_customer()
    with pytest.raises(ValueError, match="at most 1000 entries, not 1001"):
        post_entries(entries=[call(customer, "1", "c:1")] * (ENTRIES_MAX + 1))
    assert JournalEntry.objects.count() == 0
