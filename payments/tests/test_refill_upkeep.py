"""What is done for refills once a day, what staff see, and the process that charges at once."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.tests.builders import make_user
from billing.models import DueBalance, EntryKind, Purse
from billing.selectors.balance_paces import balance_paces
from billing.selectors.customer_account import customer_account
from billing.selectors.customer_balances import customer_balances
from billing.selectors.usage_by_hour import usage_by_hour
from billing.services.add_up_use import add_up_use
from billing.services.post_entry import Line, post_entry
from billing.tests.builders import revenue, top_up
from commpeak.lib.clock import utc_now
from commpeak.lib.template_filters import local_time
from payments.models.refill import AutoRefillRule, CardSetup, SavedCard
from payments.refill_rehearsal import Rehearsal
from payments.selectors.open_refills import due_card_setups
from payments.selectors.pace_threshold import pace_threshold
from payments.selectors.queues import WaitingItem
from payments.selectors.staff_queue import staff_queue
from payments.services.finish_card_setup import finish_card_setup
from payments.services.requeue_missed_refills import requeue_missed_refills
from payments.services.retune_refills import retune_refills
from payments.services.start_card_setup import begin_card_setup
from payments.services.warn_of_expiring_cards import warn_of_expiring_cards
from payments.tests.builders import make_customer, usd
from payments.tests.refill_builders import (
    PAYS,
    PAYS_TOO,
    codes_of,
    mails_to,
    make_rule,
    numbers,
    refill,
    spend_down,
    turn_on,
)
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db


def spend_daily(rule: AutoRefillRule, amount: str, days: int) -> None:
    account = customer_account(customer=rule.customer, purse=Purse.VOICE)
    for day in range(days):
        post_entry(
            source=f"usage:{rule.pk}:{amount}:{day}",
            kind=EntryKind.USAGE,
            lines=[Line(account.pk, -usd(amount)), Line(revenue(), usd(amount))],
            occurred_at=utc_now() - timedelta(days=day, hours=1),
            actor="switch",
            forced=True,
        )


def test_a_card_that_expires_within_30_days_is_told_once(card: Sandbox):
    rule = make_rule(card)
    now = utc_now().replace(day=15)
    assert warn_of_expiring_cards(now=now) == 0
    SavedCard.objects.update(expires_year=now.year, expires_month=now.month)
    assert warn_of_expiring_cards(now=now) == 1
    assert warn_of_expiring_cards(now=now) == 0
    assert mails_to(rule.customer)[-1] == "Visa 4242 expires soon"
    assert codes_of(rule)[-1] == "card_expiring"


def test_a_threshold_of_days_follows_the_pace_within_what_was_agreed(card: Sandbox):
    rule = make_rule(card, chosen=numbers("50", "20", 3, days_left=3))
    assert retune_refills(now=utc_now()) == 0  # nothing spent, nothing known
    spend_daily(rule, "10", 30)
    add_up_use()
    assert retune_refills(now=utc_now()) == 1
    rule.refresh_from_db()
    rule.balance.refresh_from_db()
    assert (rule.threshold, rule.balance.low_balance_mark) == (Decimal(30), Decimal(30))
    assert codes_of(rule)[-1] == "retuned"
    assert retune_refills(now=utc_now()) == 0
    spend_daily(rule, "100", 30)
    add_up_use()
    assert retune_refills(now=utc_now()) == 0  # 330.00 is more than three deposits


def test_a_newcomer_s_pace_is_taken_over_the_days_since_the_first_use(card: Sandbox):
    """Not a tenth of it, and the same as the balance card on the first page shows."""
    rule = make_rule(card)
    spend_daily(rule, "10", 3)
    add_up_use()
    now = utc_now()
    threshold = pace_threshold(customer=rule.customer, purse=Purse.VOICE, days=3, now=now)
    [pace] = balance_paces(balances=customer_balances(rule.customer)[:1], now=now)
    assert (threshold, pace.average) == (usd("30.00"), usd("10.00"))


def test_a_rehearsal_that_could_not_read_all_the_usage_says_since_when_it_is(card: Sandbox):
    rule = make_rule(card)
    spend_daily(rule, "10", 5)
    month = utc_now() - timedelta(days=30)
    ask = partial(usage_by_hour, customer=rule.customer, purse=Purse.VOICE, since=month)
    assert (len(ask().hours), ask().is_cut) == (5, False)
    cut = ask(postings_max=3)  # the last day's may be there in part, so two are sure
    assert ([hour.spent for hour in cut.hours], cut.is_cut) == ([usd("10")] * 2, True)
    rehearsal = Rehearsal(30, [usd("50")], usd("50"), 0, since=cut.hours[0].hour)
    told = {"rehearsal": rehearsal, "numbers": rule.numbers}
    page = render_to_string("payments/_refill_rehearsal.html", told)
    assert f"Since {local_time(cut.hours[0].hour)} this would have charged once" in page
    assert "Over your last 30 days" not in page


def test_the_nightly_scan_finds_what_the_queue_has_lost_and_else_nothing(card: Sandbox):
    rule = make_rule(card)
    refill(rule)
    spend_down(rule, "10")
    assert requeue_missed_refills(now=utc_now()) == []
    DueBalance.objects.all().delete()
    assert requeue_missed_refills(now=utc_now()) == [rule.balance_id]
    assert requeue_missed_refills(now=utc_now()) == []


def test_a_customer_who_does_not_come_back_from_the_bank_has_the_card_saved(card: Sandbox):
    customer = make_customer()
    top_up(customer, "100")
    turned_on = turn_on(customer, None)
    setup = turned_on.setup
    card.pay(begin_card_setup(setup=setup).form.client_secret, PAYS)
    later = utc_now() + timedelta(minutes=3)
    assert due_card_setups(now=later) == [setup.pk]
    finish_card_setup(setup_id=setup.pk, now=later)
    assert AutoRefillRule.objects.get().state == "active"
    assert due_card_setups(now=later + timedelta(days=1)) == []


def test_a_card_that_is_never_entered_is_given_up(card: Sandbox):
    customer = make_customer()
    top_up(customer, "100")
    turn_on(customer, None)
    setup = CardSetup.objects.get()
    finish_card_setup(setup_id=setup.pk, now=utc_now() + timedelta(hours=25))
    setup.refresh_from_db()
    assert (setup.card, setup.look_at) == (None, None)


def stopped_by_the_guard(now: datetime) -> list[WaitingItem]:
    queues = {str(queue.title): queue.items for queue in staff_queue(now=now)}
    return queues["Automatic refills stopped by the guard"]


def test_staff_are_told_when_the_guard_stops_refills(card: Sandbox, settings):
    settings.REFILLS_PER_HOUR_MAX = 0
    rule = make_rule(card)
    spend_down(rule, "10")
    refill(rule)
    [item] = stopped_by_the_guard(utc_now())
    assert item.why == "REFILLS_PER_HOUR_MAX"
    assert stopped_by_the_guard(utc_now() + timedelta(days=2)) == []


@pytest.mark.parametrize("model", ["autorefillrule", "refillattempt", "refillnote", "savedcard"])
def test_staff_read_refills(client, card: Sandbox, model: str):
    rule = make_rule(card, PAYS, PAYS_TOO)
    spend_down(rule, "10")
    refill(rule)
    staff = make_user(is_staff=True, is_superuser=True)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    listed = client.get(reverse(f"admin:payments_{model}_changelist"))
    assert listed.status_code == 200
    newest = listed.context["cl"].queryset.first()
    shown = client.get(reverse(f"admin:payments_{model}_change", args=[newest.pk]))
    assert shown.status_code == 200
    assert 'name="_save"' not in shown.content.decode()
