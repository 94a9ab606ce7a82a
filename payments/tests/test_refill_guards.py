"""What no code of ours can do to a refill: each guard is tried in raw SQL (M2, M3)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from commpeak.lib.clock import utc_now
from payments.models.refill import AutoRefillRule, RefillAttempt, RefillNote
from payments.tests.refill_builders import make_rule, numbers, refill, spend_down
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db

INSERT = """
    INSERT INTO payments_topup
        (customer_id, reference, number, request_key, purse, amount, currency, method, created_at)
        SELECT customer_id, 'T-RAWRAWRAWR', 99, gen_random_uuid(), purse, %(amount)s, 'USD', 'card',
               now() FROM payments_autorefillrule WHERE id = %(rule)s;
    INSERT INTO payments_refillattempt
        (rule_id, local_day, n, day_max, day_ends_at, amount, currency, top_up_id, state, reason,
         created_at)
        SELECT %(rule)s, %(day)s, %(n)s, %(day_max)s, %(ends)s, %(amount)s, 'USD', max(id), 'done',
               '', %(at)s FROM payments_topup
"""


@pytest.fixture
def rule(card: Sandbox) -> AutoRefillRule:
    """3 payments of 50.00 a day, one of them used."""
    rule = make_rule(card, chosen=numbers("50", "20", 3))
    spend_down(rule, "10")
    return refill(rule)


def attempt_of(rule: AutoRefillRule) -> RefillAttempt:
    return RefillAttempt.objects.filter(rule=rule).earliest("pk")


def refused_by(sql: str, **values: object) -> str:
    with (
        pytest.raises(IntegrityError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)
    return str(caught.value.__cause__.diag.constraint_name)


def insert(rule: AutoRefillRule, **changes: object) -> dict[str, object]:
    used = attempt_of(rule)
    as_it_may_be = {"n": 2, "day_max": 3, "amount": 50, "day": used.local_day}
    times = {"ends": used.day_ends_at, "at": utc_now()}
    return {"rule": rule.pk, **as_it_may_be, **times, **changes}


def test_what_the_rule_allows_is_allowed(rule: AutoRefillRule):
    with connection.cursor() as cursor:
        cursor.execute(INSERT, insert(rule))
    assert RefillAttempt.objects.filter(rule=rule).count() == 2


@pytest.mark.parametrize(
    ("changes", "guard"),
    [
        ({"n": 1}, "refill_slot_is_used_once"),
        ({"n": 4}, "refill_slot_is_within_the_daily_maximum"),
        ({"n": 0}, "refill_slot_is_within_the_daily_maximum"),
        ({"n": 9, "day_max": 9}, "refill_slot_keeps_the_rules_maximum"),
        ({"amount": 101}, "refill_day_costs_at_most_what_was_agreed"),
    ],
)
def test_a_slot_outside_the_rule_is_refused(rule: AutoRefillRule, changes, guard: str):
    assert refused_by(INSERT, **insert(rule, **changes)) == guard


def test_a_day_never_goes_back_and_begins_only_after_the_last(rule: AutoRefillRule):
    """M3: neither by a time zone to the west nor by one to the east."""
    day = attempt_of(rule).local_day
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    assert refused_by(INSERT, **insert(rule, day=before)) == "refill_day_never_goes_back"
    begun = refused_by(INSERT, **insert(rule, day=after, n=1))
    assert begun == "refill_day_begins_when_the_last_has_ended"


def test_only_one_refill_is_open_at_a_time(rule: AutoRefillRule):
    twice = INSERT.replace("'done'", "'charging'")
    with connection.cursor() as cursor:
        cursor.execute(twice, insert(rule))
    again = twice.replace("T-RAWRAWRAWR", "T-RAWRAWRAW2").replace("99", "98")
    assert refused_by(again, **insert(rule, n=3)) == "rule_has_one_open_refill"


@pytest.mark.parametrize(
    ("sql", "guard"),
    [
        ("UPDATE payments_refillattempt SET n = 2", "refill_slots_are_never_changed"),
        ("UPDATE payments_refillattempt SET state = 'failed'", "refill_slots_are_never_changed"),
        ("DELETE FROM payments_refillattempt", "refill_slots_are_never_given_back"),
        ("UPDATE payments_refillnote SET code = 'paused'", "refill_history_is_never_rewritten"),
        ("UPDATE payments_refillnote SET times = 0", "refill_history_is_never_rewritten"),
        ("DELETE FROM payments_refillnote", "refill_history_is_never_deleted"),
        ("DELETE FROM payments_autorefillrule", "refill_rules_are_never_deleted"),
        (
            "UPDATE payments_autorefillrule SET purse = 'sms'",
            "refill_rules_stay_with_their_balance",
        ),
        (
            "UPDATE payments_autorefillrule SET refills_per_day_max = 1000",
            "refills_per_day_are_from_1_to_20",
        ),
    ],
)
def test_nothing_is_rewritten(rule: AutoRefillRule, sql: str, guard: str):
    """M14"""
    assert RefillNote.objects.exists()
    assert refused_by(sql) == guard
