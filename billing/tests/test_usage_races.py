"""Batches that meet, on real connections: each event is charged once, no bonus is spent twice."""

from decimal import Decimal

import pytest

from billing.models import AccountKind, Balance, JournalEntry, Purse
from billing.services.charge_usage import charge_usage
from billing.tests.builders import NOON, make_customer, top_up, usage, voice_of
from billing.tests.promo_builders import give_bonus
from billing.tests.test_races import prove
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def charge(events):
    return charge_usage(events=events, actor="switch", now=NOON)


def promo_of(customer):
    return Balance.objects.get(
        account__customer=customer, account__kind=AccountKind.PROMO, account__purse=Purse.VOICE
    ).amount


def test_same_batch_from_several_connections_is_charged_once():
    customers = [make_customer(credit_limit="100") for _ in range(5)]
    batch = [usage(customers[n % 5], str(n), "1") for n in range(50)]
    answers = at_once(*[lambda: charge(batch)] * 4)
    assert JournalEntry.objects.filter(kind="usage").count() == 50
    entries = [[verdict.entry_id for verdict in answer] for answer in answers]
    assert entries[0] == entries[1] == entries[2] == entries[3]
    assert sum(not verdict.is_replay for answer in answers for verdict in answer) == 50
    prove()


def test_same_id_for_two_customers_at_once_is_charged_to_one():
    """They hold no lock in common, so the ledger itself decides."""
    ada, bob = make_customer(credit_limit="9"), make_customer(credit_limit="9")
    answers = at_once(
        lambda: charge([usage(ada, "1", "1")]), lambda: charge([usage(bob, "1", "1")])
    )
    assert sorted(str(verdict.refusal) for (verdict,) in answers) == ["None", "id_reused"]
    assert Balance.objects.filter(amount=-1).count() == 1
    prove()


def test_batches_in_opposite_order_do_not_wait_for_each_other_in_a_circle():
    customers = [make_customer(credit_limit="1000") for _ in range(10)]
    forth = [usage(customer, f"f{n}", "1") for n, customer in enumerate(customers * 5)]
    back = [usage(customer, f"b{n}", "1") for n, customer in enumerate(customers[::-1] * 5)]
    at_once(*[lambda: charge(forth), lambda: charge(back)] * 3)
    held = {Balance.objects.get(account=voice_of(customer)).amount for customer in customers}
    assert held == {Decimal(-10)}
    prove()


def test_bonus_and_limit_hold_when_many_batches_want_the_same_money():
    customer = make_customer(credit_limit="1")
    top_up(customer, "3"), give_bonus(customer, "2")
    batches = [[usage(customer, f"{n}-{k}", "0.5") for k in range(4)] for n in range(6)]
    answers = at_once(*[lambda batch=batch: charge(batch) for batch in batches])
    charged = sum(verdict.entry_id is not None for answer in answers for verdict in answer)
    assert charged == 12
    assert promo_of(customer) == 0
    assert Balance.objects.get(account=voice_of(customer)).amount == -1
    prove()
