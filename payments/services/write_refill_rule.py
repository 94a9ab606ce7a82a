"""Writes a rule's numbers and what the customer agreed to, and tells everyone who must know."""

from datetime import datetime

from accounts.models import Customer
from billing.models import Balance, MarkReason, Purse
from billing.selectors.customer_account import customer_account
from billing.services.set_low_balance_mark import set_low_balance_mark
from commpeak.lib.errors import Refused
from payments.models.refill import AutoRefillRule
from payments.refill_numbers import RefillNumbers, problems_of
from payments.refill_reasons import Reason
from payments.refill_texts import consent_text
from payments.selectors.refill_limits import refill_limits
from payments.services.mail_refill import mail_refill
from payments.services.note_refill import note_refill
from payments.services.tell_refill import tell_turned_on


def lock_refill_rule(*, customer: Customer, purse: Purse) -> AutoRefillRule | None:
    """The rule of this balance, locked until the transaction ends."""
    locked = AutoRefillRule.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("customer").filter(customer=customer, purse=purse).first()


def new_refill_rule(*, customer: Customer, purse: Purse) -> AutoRefillRule:
    """Not saved yet; write_refill_rule gives it its numbers."""
    account = customer_account(customer=customer, purse=purse)
    balance = Balance.objects.get(account=account)
    return AutoRefillRule(
        customer=customer, purse=purse, balance=balance, currency=account.currency
    )


def write_refill_rule(
    *,
    rule: AutoRefillRule,
    numbers: RefillNumbers,
    code: Reason,
    ip_address: str | None,
    now: datetime,
) -> None:
    """`code` is TURNED_ON or CHANGED. The consent is kept as the customer read it, with time and
    address; in the history for ever. It is mailed, by a rule that waits for its card once that has
    come. Raises Refused for numbers that cannot work. The caller holds the rule's lock, or is
    making it."""
    if problems := problems_of(numbers, refill_limits(rule.currency)):
        raise Refused(problems[0].text)
    rule.deposit, rule.threshold = numbers.deposit.amount, numbers.threshold.amount
    rule.refills_per_day_max, rule.days_left = numbers.per_day_max, numbers.days_left
    rule.monthly_amount_max = numbers.monthly_max.amount if numbers.monthly_max else None
    rule.consent_text = consent_text(rule.purse_choice, numbers)
    rule.consent_at, rule.consent_address = now, ip_address
    rule.save()
    set_low_balance_mark(
        account_id=rule.balance_id, reason=MarkReason.REFILL, mark=numbers.threshold
    )
    facts = {"consent": rule.consent_text, "from": ip_address or ""}
    note_refill(rule=rule, code=code, facts=facts, now=now)
    if code != Reason.TURNED_ON:
        _tell_changed(rule, now)
    elif rule.is_on:
        tell_turned_on(rule=rule, now=now)


def _tell_changed(rule: AutoRefillRule, now: datetime) -> None:
    mail_refill(
        customer=rule.customer,
        key=f"refill-changed:{rule.pk}:{now.isoformat()}",
        template="refill_changed",
        context={"rule": rule, "what": rule.consent_text, "kind": Reason.CHANGED.value},
        now=now,
    )
