"""Many workers and one need, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection, connections, transaction

from billing.models import Purse
from commpeak.lib.clock import utc_now
from payments.models.refill import AutoRefillRule, RefillAttempt, SavedCard
from payments.selectors.refill_day_of import refill_day_of
from payments.services.lock_refill_rules import lock_refill_rules
from payments.services.refill_balance import refill_balance
from payments.services.remove_card import remove_card
from payments.services.reserve_refill import reserve_refill
from payments.tests.builders import balance_of, usd
from payments.tests.refill_builders import (
    attempts_of,
    charged_at,
    make_refillable,
    make_rule,
    make_saved_card,
    numbers,
    spend_down,
    turn_on,
)
from sandbox.testing import Sandbox
from tests.racing import at_once, wait_until_waiting

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
    customer = make_refillable()
    saved = make_saved_card(card, customer)
    rules = {turned_on.rule.pk for turned_on in in_threads(4, partial(turn_on, customer, saved))}
    assert rules == {AutoRefillRule.objects.get().pk}
    assert AutoRefillRule.objects.get().notes.count() == 1


def test_a_card_that_is_removed_while_a_refill_takes_it_waits_for_the_refill(card: Sandbox):
    """Both lock the rule before the card; the other way round they would wait for each other."""
    rule = make_rule(card)
    saved, now = SavedCard.objects.get(), utc_now()
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            [locked] = lock_refill_rules(customer=rule.customer)
            removal = thread.submit(in_threads, 1, partial(remove_card, card_id=saved.pk, now=now))
            wait_until_waiting()
            day = refill_day_of(rule=locked, now=now)
            reserve_refill(rule=locked, day=day, money=usd("50"), card=saved, now=now)
        removal.result()
    assert attempts_of(rule) == [("charging", Decimal(50))]
    saved.refresh_from_db()
    assert saved.removed_at == now


def test_voice_and_sms_refilled_at_once_stay_together_under_a_new_customer_s_ceiling(
    card: Sandbox, settings
):
    limits = settings.TOP_UP_LIMITS["USD"]
    settings.TOP_UP_LIMITS = {"USD": limits | {"new_customer_daily_max": Decimal(80)}}
    voice = make_rule(card)
    sms = turn_on(voice.customer, voice.card, purse=Purse.SMS).rule
    spend_down(voice, "10")
    at_once(partial(trigger, voice), partial(trigger, sms))
    assert charged_at(card) == [usd("50.00")]
    assert {note.code for rule in (voice, sms) for note in rule.notes.all()} >= {"over_ceiling"}


def test_the_due_balances_are_found_by_an_index_that_holds_only_those():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT balance_id FROM billing_duebalance WHERE look_at <= now()"
            " ORDER BY look_at LIMIT 100 FOR UPDATE SKIP LOCKED"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "due_balance_to_look_at" in plan
