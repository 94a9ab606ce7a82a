"""Gathers what the decision about a refill needs to know."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Sum

from accounts.time_zones import zone
from billing.selectors.customer_balances import customer_balances
from commpeak.lib.money import Money
from payments.models import Payment
from payments.models.refill import AutoRefillRule, RefillAttempt
from payments.refill_decision import RefillFacts
from payments.selectors.card_to_charge import card_to_charge
from payments.selectors.money_under_way import money_under_way
from payments.selectors.open_refill import open_refill
from payments.selectors.refill_day_of import RefillDay
from payments.selectors.refill_guard import refill_guard
from payments.selectors.top_up_ceilings import top_up_ceilings
from payments.selectors.top_up_limits import top_up_limits
from payments.states import State


def refill_facts(*, rule: AutoRefillRule, day: RefillDay, now: datetime) -> RefillFacts:
    """About a dozen queries. The caller holds the rule's lock when it acts on them."""
    customer, purse, currency = rule.customer, rule.purse_choice, rule.currency
    attempt = open_refill(rule)
    return RefillFacts(
        now=now,
        is_on=rule.is_on,
        balance=refilled_balance(rule),
        threshold=rule.threshold_money,
        deposit=rule.deposit_money,
        per_day_max=rule.refills_per_day_max,
        monthly_max=rule.monthly_money_max,
        under_way=money_under_way(customer=customer, purse=purse, currency=currency, now=now),
        open_attempt=attempt.money if attempt else Money.zero(currency),
        is_disputed=has_disputed_payment(customer_id=rule.customer_id),
        not_before=rule.not_before,
        attempts_today=day.used,
        taken_today=day.taken,
        taken_this_month=_taken_this_month(rule, day.day.day),
        day_ends_at=day.day.ends_at,
        month_ends_at=_month_ends_at(rule, day.day.day),
        ceiling=min(
            (
                ceiling.most
                for ceiling in top_up_ceilings(
                    customer=customer, purse=purse, currency=currency, now=now
                )
            ),
            key=lambda most: most.amount,
        ),
        smallest=Money(top_up_limits(currency)["top_up_min"], currency),
        has_card=card_to_charge(rule=rule, now=now) is not None,
        stopped_by=refill_guard(rule=rule, now=now),
    )


def first_payment_facts(*, rule: AutoRefillRule, day: RefillDay, now: datetime) -> RefillFacts:
    """As if the rule were on and had a card: both come with this payment."""
    return replace(refill_facts(rule=rule, day=day, now=now), is_on=True, has_card=True)


def refilled_balance(rule: AutoRefillRule) -> Money:
    """The figure that the customer sees, promo credit included: that is what falls under it."""
    balances = customer_balances(rule.customer)
    return next(balance.total for balance in balances if balance.purse == rule.purse)


def has_disputed_payment(*, customer_id: int) -> bool:
    """M6: whoever has a payment taken back, by whatever gateway, is not charged by ourselves
    again: the debt it leaves is no need for credit."""
    return Payment.objects.filter(
        top_up__customer=customer_id, state__in=[State.DISPUTED, State.CHARGED_BACK]
    ).exists()


def _taken_this_month(rule: AutoRefillRule, day: date) -> Money:
    """What was charged, or may still be."""
    of_month = rule.attempts.filter(local_day__gte=day.replace(day=1))
    not_failed = of_month.exclude(state=RefillAttempt.State.FAILED)
    taken = not_failed.aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]
    return Money(taken, rule.currency)


def _month_ends_at(rule: AutoRefillRule, day: date) -> datetime:
    first_of_next = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return datetime.combine(first_of_next, time.min, tzinfo=zone(rule.customer.time_zone))
