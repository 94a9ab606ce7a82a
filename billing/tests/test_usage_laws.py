"""Any sequence of batches leaves books that prove and balances that a child can add up (M15)."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.models import AccountKind, Balance, Purse
from billing.selectors.verify import verify_ledger
from billing.services.charge_usage import charge_usage
from billing.tests.builders import NOON, make_customer, top_up, usage
from billing.tests.promo_builders import give_bonus

pytestmark = pytest.mark.django_db

LIMIT = Decimal(3)
amounts = st.integers(1, 6_000_000).map(lambda micro: Decimal(micro).scaleb(-6))
who = st.integers(0, 1)
# few ids, so that replays and conflicts are common
events = st.tuples(who, st.integers(0, 9), amounts, st.booleans())
batches = st.tuples(st.just("batch"), st.lists(events, min_size=1, max_size=8))
top_ups = st.tuples(st.just("top up"), st.tuples(who, amounts))
bonuses = st.tuples(st.just("bonus"), st.tuples(who, amounts))
operations = st.lists(st.one_of(batches, top_ups, bonuses), min_size=1, max_size=15)


class Model:
    """What must be true, in a page of arithmetic."""

    def __init__(self):
        self.customers = [make_customer(credit_limit=str(LIMIT)) for _ in range(2)]
        self.money = [Decimal(0), Decimal(0)]
        self.promo = [Decimal(0), Decimal(0)]
        self.charged = {}

    def charge(self, customer, event_id, amount, forced):
        """The verdict that must be given; moves the figures."""
        if event_id in self.charged:
            return "replay" if self.charged[event_id] == (customer, amount) else "id_reused"
        if not forced and amount > self.money[customer] + self.promo[customer] + LIMIT:
            return "insufficient_balance"
        self.charged[event_id] = (customer, amount)
        from_promo = min(self.promo[customer], amount)
        self.promo[customer] -= from_promo
        self.money[customer] -= amount - from_promo
        return "charged"


def run_batch(model, batch):
    name = model.customers[0].account_number  # all examples share the tables
    told = [
        usage(model.customers[customer], f"{name}-{event_id}", f"{amount:f}", forced=forced)
        for customer, event_id, amount, forced in batch
    ]
    expected = [model.charge(*event) for event in batch]
    verdicts = charge_usage(events=told, actor="switch", now=NOON)
    assert [
        verdict.refusal or ("replay" if verdict.is_replay else "charged") for verdict in verdicts
    ] == expected


def run_credit(model, what, customer, amount):
    (top_up if what == "top up" else give_bonus)(model.customers[customer], f"{amount:f}")
    (model.money if what == "top up" else model.promo)[customer] += amount


def held(model, kind):
    return [
        Balance.objects.get(
            account__customer=customer, account__kind=kind, account__purse=Purse.VOICE
        ).amount
        for customer in model.customers
    ]


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(operations)
def test_books_prove_after_any_batches(done):
    model = Model()
    for what, how in done:
        if what == "batch":
            run_batch(model, how)
        else:
            run_credit(model, what, *how)
    assert held(model, AccountKind.BALANCE) == model.money
    assert held(model, AccountKind.PROMO) == model.promo
    assert [finding for finding in verify_ledger() if finding.faults] == []
