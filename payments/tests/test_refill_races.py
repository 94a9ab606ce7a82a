"""Many workers and one need, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, connections

from billing.models import Purse
from billing.tests.builders import top_up
from commpeak.lib.clock import utc_now
from payments.models.refill import AutoRefillRule, RefillAttempt
from payments.services.refill_balance import refill_balance
from payments.services.turn_on_refill import turn_on_refill
from payments.tests.builders import balance_of, make_customer, usd
from payments.tests.refill_builders import (
    attempts_of,
    charged_at,
    daytime_zone,
    make_rule,
    make_saved_card,
    numbers,
    spend_down,
)
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


def in_threads(count: int, job) -> list:
    """Each on its own connection."""

    def run(_number: int):
        try:
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def trigger(rule: AutoRefillRule) -> None:
    refill_balance(balance_id=rule.balance_id, now=utc_now())


def test_twenty_triggers_of_one_need_charge_once(card: Sandbox):
    """M1"""
    rule = make_rule(card)
    spend_down(rule, "10")
    in_threads(20, partial(trigger, rule))
    assert charged_at(card) == [usd("50.00")]
    assert len(attempts_of(rule)) == 1
    assert balance_of(rule.customer) == usd("65.00")


def test_fifty_six_triggers_of_ever_new_need_charge_exactly_the_daily_maximum(
    card: Sandbox, settings
):
    """M2"""
    settings.REFILLS_PER_CUSTOMER_PER_HOUR_MAX = 100
    rule = make_rule(card, chosen=numbers("50", "20", 5))
    spend_down(rule, "10")
    for _ in range(7):
        in_threads(8, partial(trigger, rule))
        spend_down(rule, "50")
    assert charged_at(card) == [usd("50.00")] * 5
    slots = RefillAttempt.objects.filter(rule=rule).values_list("n", flat=True)
    assert sorted(slots) == [1, 2, 3, 4, 5]


def test_a_rule_saved_in_two_tabs_at_once_is_one_rule(card: Sandbox):
    customer = make_customer(time_zone=daytime_zone())
    top_up(customer, "25")
    saved = make_saved_card(card, customer)
    turn_on = partial(
        turn_on_refill,
        customer=customer,
        purse=Purse.VOICE,
        numbers=numbers(),
        card=saved,
        ip_address=None,
        now=utc_now(),
    )
    rules = {turned_on.rule.pk for turned_on in in_threads(4, turn_on)}
    assert rules == {AutoRefillRule.objects.get().pk}
    assert AutoRefillRule.objects.get().notes.count() == 1


def test_the_due_balances_are_found_by_an_index_that_holds_only_those():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT balance_id FROM billing_duebalance WHERE look_at <= now()"
            " ORDER BY look_at LIMIT 100 FOR UPDATE SKIP LOCKED"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "due_balance_to_look_at" in plan
