"""Decides about one balance that may need a refill, and writes the decision down."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Customer
from billing.models import DueBalance
from billing.services.release_due_balance import release_due_balance
from payments.models import PaymentFact
from payments.models.refill import AutoRefillRule
from payments.refill_decision import Charge, No, decide_refill
from payments.refill_reasons import Reason
from payments.selectors.card_to_charge import card_to_charge
from payments.selectors.refill_day_of import RefillDay, refill_day_of
from payments.selectors.refill_facts import refill_facts, refilled_balance
from payments.selectors.top_up_limits import is_offered
from payments.services.note_refill import note_refill
from payments.services.pause_rule import pause_rule
from payments.services.reserve_refill import reserve_refill
from payments.services.tell_refill import tell_over_ceiling
from payments.states import FactKind

# only promo credit holds the balance up; it is spent without a debit of the money in it
LOOK_AGAIN_PROMO = timedelta(minutes=10)
_PAUSES = frozenset({Reason.DISPUTED, Reason.NO_CARD})


@transaction.atomic(durable=True)
def look_at_refill(*, balance_id: int, now: datetime) -> int | None:
    """The payment to charge now, committed with its slot; None when there is nothing to charge.

    The rule's row lock makes looks at one balance wait for each other, so however many are
    triggered, the first one reserves and the others find money under way. Every "no" that
    matters is a line of the rule's history, and the balance is looked at again when it can have
    changed. Locks: rule, then customer, then balance.
    """
    rule = (
        AutoRefillRule.objects.select_for_update(of=("self",), no_key=True)
        .select_related("customer")
        .filter(balance=balance_id)
        .first()
    )
    if rule is None:
        release_due_balance(account_id=balance_id, watched_below=None)
        return None
    # what is asked for through the other balance, or by hand, counts against the same ceilings
    Customer.objects.select_for_update(no_key=True).get(pk=rule.customer_id)
    _forgive_declines_before_a_top_up(rule)
    day = refill_day_of(rule=rule, now=now)
    match decide_refill(refill_facts(rule=rule, day=day, now=now)):
        case Charge() as charge:
            return _reserve(rule, day, charge, now)
        case No() as no:
            _say_no(rule, day, no, now)
            return None


def _reserve(rule: AutoRefillRule, day: RefillDay, charge: Charge, now: datetime) -> int:
    card = card_to_charge(rule=rule, now=now)
    attempt, payment = reserve_refill(rule=rule, day=day, money=charge.amount, card=card, now=now)
    note_refill(
        rule=rule,
        code=Reason.CHARGING,
        facts={
            "balance": f"{refilled_balance(rule).amount:f}",
            "threshold": f"{rule.threshold:f}",
            "amount": f"{attempt.amount:f}",
            "n": str(attempt.n),
            "max": str(attempt.day_max),
            "card": str(card),
        },
        attempt=attempt,
        now=now,
    )
    return payment.pk


def _say_no(rule: AutoRefillRule, day: RefillDay, no: No, now: datetime) -> None:
    if no.reason is Reason.ENOUGH:
        return _let_rest(rule, now)
    if no.reason is Reason.NOT_ON:
        release_due_balance(account_id=rule.balance_id, watched_below=None)
        if rule.state == AutoRefillRule.State.DISABLED:
            return None
    balance = {"balance": f"{refilled_balance(rule).amount:f}", "state": rule.state}
    note_refill(rule=rule, code=no.reason, facts=balance | no.facts, now=now)
    if no.reason is Reason.OVER_CEILING and is_offered(rule.currency):
        tell_over_ceiling(rule=rule, day=day.day.day, now=now)
    elif no.reason in _PAUSES or no.reason is Reason.OVER_CEILING:
        pause_rule(rule=rule, reason=no.reason, now=now)
    if no.reason is not Reason.NOT_ON:
        _due(rule).update(look_at=no.look_again_at)
    return None


def _let_rest(rule: AutoRefillRule, now: datetime) -> None:
    """Until a debit leaves it under the threshold again: that asks for the next look."""
    watched = rule.threshold_money if rule.is_on else None
    if release_due_balance(account_id=rule.balance_id, watched_below=watched):
        return
    is_under = refilled_balance(rule) < rule.threshold_money  # by a debit since we looked
    _due(rule).update(look_at=now if is_under else now + LOOK_AGAIN_PROMO)


def _forgive_declines_before_a_top_up(rule: AutoRefillRule) -> None:
    """A settled top-up of this balance shows that the customer can pay again. Resuming clears
    the count but not the wait, so the count says nothing here."""
    if rule.declined_at is None:
        return
    captures = PaymentFact.objects.filter(
        kind=FactKind.CAPTURE,
        payment__top_up__customer=rule.customer_id,
        payment__top_up__purse=rule.purse,
        created_at__gt=rule.declined_at,
    )
    if captures.exists():
        rule.declines_in_a_row, rule.declined_at, rule.not_before = 0, None, None
        rule.save(update_fields=["declines_in_a_row", "declined_at", "not_before"])


def _due(rule: AutoRefillRule) -> QuerySet[DueBalance]:
    return DueBalance.objects.filter(balance=rule.balance_id)
