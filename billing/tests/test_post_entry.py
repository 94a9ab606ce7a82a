"""One entry through the service: what it posts, what it refuses, what a second call does."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from billing.errors import OverCreditLimit, SourceReused, broken_constraint
from billing.models import Balance, EntryKind, JournalEntry, Posting
from billing.services.post_entry import Line, PostedEntry, post_entry
from billing.tests.builders import (
    NOON,
    clearing,
    make_customer,
    revenue,
    spend,
    top_up,
    usd,
    voice_of,
)

pytestmark = pytest.mark.django_db


def _balance(customer) -> Decimal:
    return Balance.objects.get(account=voice_of(customer)).amount


def test_top_up_credits_the_balance_and_debits_clearing():
    customer = make_customer()
    entry_id = top_up(customer, "50.00").entry_id
    assert list(
        Posting.objects.filter(entry=entry_id)
        .order_by("account__code")
        .values_list("account__code", "amount", "balance_after")
    ) == [
        ("clearing:card:USD", Decimal("-50"), None),
        (f"customer:{customer.account_number}:voice", Decimal("50"), Decimal("50")),
    ]
    assert _balance(customer) == Decimal("50")


def test_same_source_again_returns_the_first_entry_and_posts_nothing():
    customer = make_customer()
    first = top_up(customer, "50.00", source="card:ch_1")
    assert first == PostedEntry(first.entry_id, is_replay=False)
    assert top_up(customer, "50.00", source="card:ch_1") == PostedEntry(first.entry_id, True)
    assert _balance(customer) == Decimal("50")


def test_memo_actor_and_time_do_not_make_another_body():
    lines = [Line(clearing(), usd("-1")), Line(revenue(), usd("1"))]
    facts = {"source": "wire:1", "kind": EntryKind.SUSPENSE}
    first = post_entry(**facts, lines=lines, occurred_at=NOON, actor="webhook", memo="one")
    second = post_entry(
        **facts, lines=lines[::-1], occurred_at=NOON.replace(hour=13), actor="poll", memo="two"
    )
    assert (second.entry_id, second.is_replay) == (first.entry_id, True)


ANOTHER_BODY = {
    "amount": lambda customer: spend(customer, "5.000001", source="call:1"),
    "kind": lambda customer: top_up(customer, "5", source="call:1"),
    "account": lambda _: spend(make_customer(credit_limit="5"), "5", source="call:1"),
    "forced": lambda customer: spend(customer, "5", source="call:1", forced=True),
}


@pytest.mark.parametrize("changed", ANOTHER_BODY)
def test_same_source_with_another_body_is_a_conflict(changed):
    customer = make_customer()
    top_up(customer, "100")
    spend(customer, "5", source="call:1")
    with pytest.raises(SourceReused):
        ANOTHER_BODY[changed](customer)


def test_debit_may_use_the_credit_limit_up_and_no_more():
    customer = make_customer(credit_limit="5")
    spend(customer, "5")
    assert _balance(customer) == Decimal("-5")
    with pytest.raises(OverCreditLimit) as refusal:
        spend(customer, "0.000001")
    assert refusal.value.user_text == "The balance does not cover this amount."


def test_forced_usage_passes_the_credit_limit():
    customer = make_customer(credit_limit="5")
    spend(customer, "7.50", forced=True)
    assert _balance(customer) == Decimal("-7.5")


def test_top_up_is_credited_to_a_balance_far_below_its_limit():
    customer = make_customer()
    spend(customer, "80", forced=True)
    top_up(customer, "50")
    assert _balance(customer) == Decimal("-30")


def test_unbalanced_entry_is_our_mistake_and_says_so():
    with pytest.raises(IntegrityError) as mistake:
        post_entry(
            source="wire:1",
            kind=EntryKind.SUSPENSE,
            lines=[Line(clearing(), usd("-1")), Line(revenue(), usd("1.01"))],
            occurred_at=NOON,
            actor="test",
        )
    assert broken_constraint(mistake.value) == "entry_sums_to_zero_in_every_currency"


@pytest.mark.django_db(transaction=True)
def test_one_posting_takes_three_round_trips():
    lines = [Line(clearing(), usd("-1")), Line(revenue(), usd("1"))]
    with CaptureQueriesContext(connection) as sent:
        post_entry(
            source="wire:1", kind=EntryKind.SUSPENSE, lines=lines, occurred_at=NOON, actor="test"
        )
    assert [query["sql"].split()[0] for query in sent] == ["BEGIN", "SELECT", "COMMIT"]
    assert JournalEntry.objects.count() == 1
