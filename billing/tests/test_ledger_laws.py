"""Any sequence of operations leaves books that prove and balances that a child can add up (M15)."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.errors import OverCreditLimit
from billing.models import Balance, EntryKind, JournalEntry
from billing.selectors.verify import verify_ledger
from billing.services.cut_snapshots import cut_snapshots
from billing.services.post_entries import NewEntry, post_entries
from billing.services.post_entry import Line
from billing.services.reverse_entry import reverse_entry
from billing.tests.builders import NOON, make_customer, revenue, spend, top_up, usd, voice_of

pytestmark = pytest.mark.django_db

LIMIT = Decimal(5)
amounts = st.integers(1, 20_000_000).map(lambda micro: Decimal(micro).scaleb(-6))
who = st.integers(0, 1)
top_ups = st.tuples(st.just("top up"), who, amounts)
calls = st.tuples(st.just("call"), who, amounts)
batches = st.tuples(st.just("batch"), who, st.lists(amounts, min_size=1, max_size=8))
reversals = st.tuples(st.just("reverse"), who, st.integers(0, 5))
snapshots = st.tuples(st.just("snapshot"), who, st.none())
operations = st.lists(
    st.one_of(top_ups, calls, batches, reversals, snapshots), min_size=1, max_size=40
)


class Model:
    """What must be true, in six lines of arithmetic."""

    def __init__(self):
        self.customers = [make_customer(credit_limit=str(LIMIT)) for _ in range(2)]
        self.balances = [Decimal(0), Decimal(0)]
        self.posted = {}

    def credit(self, customer, entry_id, amount):
        self.balances[customer] += amount
        self.posted[entry_id] = (customer, amount)

    def bears(self, customer, amount):
        return self.balances[customer] - amount >= -LIMIT


def run_top_up(model, customer, amount):
    entry = top_up(model.customers[customer], str(amount))
    model.credit(customer, entry.entry_id, amount)


def run_batch(model, customer, batch):
    account = voice_of(model.customers[customer]).pk
    size = JournalEntry.objects.count()
    entries = [
        NewEntry(
            source=f"batch:{size}:{number}",
            kind=EntryKind.USAGE,
            lines=[Line(account, usd(f"-{amount:f}")), Line(revenue(), usd(f"{amount:f}"))],
            occurred_at=NOON,
            actor="switch",
        )
        for number, amount in enumerate(batch)
    ]
    for amount, verdict in zip(batch, post_entries(entries=entries), strict=True):
        assert verdict.is_refused == (not model.bears(customer, amount))
        if not verdict.is_refused:
            model.credit(customer, verdict.entry_id, -amount)


def run_call(model, customer, amount):
    if model.bears(customer, amount):
        entry = spend(model.customers[customer], f"{amount:f}")
        model.credit(customer, entry.entry_id, -amount)
    else:
        run_batch(model, customer, [amount])


def run_reverse(model, _, number):
    if number < len(model.posted):
        entry_id = list(model.posted)[number]
        customer, amount = model.posted.pop(entry_id)
        reverse_entry(entry_id=entry_id, actor="ann@example.com", reason="Test", now=NOON)
        model.balances[customer] -= amount


def run_snapshot(model, _, nothing):
    cut_snapshots(now=NOON)


RUN = {
    "top up": run_top_up,
    "call": run_call,
    "batch": run_batch,
    "reverse": run_reverse,
    "snapshot": run_snapshot,
}


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(operations)
def test_books_prove_after_any_operations(done):
    model = Model()
    for name, customer, what in done:
        RUN[name](model, customer, what)
    stored = [Balance.objects.get(account=voice_of(one)).amount for one in model.customers]
    assert stored == model.balances
    assert [finding for finding in verify_ledger() if finding.faults] == []


def test_a_debit_over_the_limit_leaves_nothing_behind(db):
    customer = make_customer(credit_limit="5")
    with pytest.raises(OverCreditLimit), transaction.atomic():
        spend(customer, "5.000001", source="call:1")
    assert not JournalEntry.objects.filter(source="call:1").exists()
