"""Once a day: thresholds that follow the customer's pace."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from django.db import transaction

from billing.models import MarkReason
from billing.services.queue_due_balance import queue_due_balance
from billing.services.set_low_balance_mark import set_low_balance_mark
from commpeak.lib.money import Money
from commpeak.lib.one_by_one import one_by_one
from payments.models.refill import AutoRefillRule
from payments.refill_numbers import problems_of
from payments.refill_reasons import Reason
from payments.selectors.follows_pace import follows_pace
from payments.selectors.pace_threshold import pace_threshold
from payments.selectors.refill_limits import refill_limits
from payments.selectors.top_up_limits import is_offered
from payments.services.note_refill import note_refill
from payments.services.tell_refill import tell_pace_too_fast


def retune_refills(*, now: datetime) -> int:
    """How many thresholds moved. Only within what the customer agreed to: deposit and daily
    maximum stay, and a pace that they cannot keep up with leaves the threshold where it was, which
    is told. A second call moves none."""
    following = AutoRefillRule.objects.exclude(days_left=None).exclude(
        state=AutoRefillRule.State.DISABLED
    )
    return one_by_one(
        following.values_list("pk", flat=True),
        partial(_retune, now=now),
        trouble="a threshold was not retuned",
    )


@transaction.atomic
def _retune(rule_id: int, now: datetime) -> bool:
    locked = AutoRefillRule.objects.select_for_update(of=("self",), no_key=True)
    rule = locked.select_related("customer").get(pk=rule_id)
    if not is_offered(rule.currency):
        return False
    threshold = pace_threshold(
        customer=rule.customer,
        purse=rule.purse_choice,
        days=rule.days_left or 1,
        now=now,
    )
    if threshold is None or (threshold == rule.threshold_money and follows_pace(rule)):
        return False
    if problem := _problem_of(rule, threshold):
        _stay(rule, threshold, problem, now)
        return False
    rule.threshold = threshold.amount
    rule.save(update_fields=["threshold"])
    set_low_balance_mark(account_id=rule.balance_id, reason=MarkReason.REFILL, mark=threshold)
    facts = {"threshold": f"{threshold.amount:f}", "days": str(rule.days_left)}
    note_refill(rule=rule, code=Reason.RETUNED, facts=facts, now=now)
    queue_due_balance(account_id=rule.balance_id, look_at=now)
    return True


def _problem_of(rule: AutoRefillRule, threshold: Money) -> str:
    """Why it cannot be, or ""."""
    numbers = replace(rule.numbers, threshold=threshold)
    problems = problems_of(numbers, refill_limits(rule.currency))
    return problems[0].text if problems else ""


def _stay(rule: AutoRefillRule, needed: Money, problem: str, now: datetime) -> None:
    facts = {"threshold": f"{rule.threshold:f}", "needed": f"{needed.amount:f}"}
    note_refill(rule=rule, code=Reason.PACE_TOO_FAST, facts=facts, now=now)
    tell_pace_too_fast(rule=rule, needed=needed, problem=problem, now=now)
