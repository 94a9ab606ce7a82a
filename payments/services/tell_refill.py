"""The e-mails about a refill: whether it is on, receipt, decline, the wish for a confirmation."""

from datetime import date, datetime
from functools import partial

from django.conf import settings
from django.urls import reverse

from billing.selectors.customer_balances import customer_balances
from commpeak.lib.money import Money
from payments.decline_texts import decline_text
from payments.models import Decline, Payment
from payments.models.refill import AutoRefillRule, RefillAttempt
from payments.refill_links import pause_link
from payments.refill_reasons import Reason
from payments.refill_texts import moment_text
from payments.selectors.refill_facts import refilled_balance
from payments.selectors.top_up_ceilings import top_up_ceilings
from payments.services.mail_refill import mail_refill


def tell_turned_on(*, rule: AutoRefillRule, now: datetime) -> None:
    """Once for each consent, which it repeats; to be called when the rule really is on."""
    mail_refill(
        customer=rule.customer,
        key=f"refill-turned_on:{rule.pk}:{rule.consent_at.isoformat()}",
        template="refill_changed",
        context={"rule": rule, "what": rule.consent_text, "kind": Reason.TURNED_ON.value},
        now=now,
    )


def tell_not_begun(*, rule: AutoRefillRule, now: datetime) -> None:
    """With what the customer had agreed to: no mail has said that the rule was on."""
    mail_refill(
        customer=rule.customer,
        key=f"refill-not-begun:{rule.pk}:{rule.consent_at.isoformat()}",
        template="refill_not_begun",
        context={"rule": rule},
        now=now,
    )


def tell_over_ceiling(*, rule: AutoRefillRule, day: date, now: datetime) -> None:
    """That a need was not charged because of the lowest ceiling; once on a local `day`."""
    ceilings = top_up_ceilings(
        customer=rule.customer, purse=rule.purse_choice, currency=rule.currency, now=now
    )
    mail_refill(
        customer=rule.customer,
        key=f"refill-over-ceiling:{rule.pk}:{day.isoformat()}",
        template="refill_over_ceiling",
        context={
            "rule": rule,
            "balance": refilled_balance(rule),
            "ceiling": str(min(ceilings, key=lambda ceiling: ceiling.most.amount)),
        },
        now=now,
    )


def tell_pace_too_fast(*, rule: AutoRefillRule, needed: Money, problem: str, now: datetime) -> None:
    """Once while the numbers stay as they are, however the pace goes on."""
    mail_refill(
        customer=rule.customer,
        key=f"refill-pace:{rule.pk}:{rule.consent_at.isoformat()}:{rule.threshold}",
        template="refill_pace_too_fast",
        context={"rule": rule, "needed": needed, "problem": problem},
        now=now,
    )


def tell_receipt(*, attempt: RefillAttempt, payment: Payment, now: datetime) -> None:
    """With the link that pauses the rule."""
    rule = attempt.rule
    balances = customer_balances(rule.customer)
    mail_refill(
        customer=rule.customer,
        key=f"refill-receipt:{attempt.pk}",
        template="refill_receipt",
        context={
            "rule": rule,
            "attempt": attempt,
            "payment": payment,
            "balance": next(b.total for b in balances if b.purse == rule.purse),
            "pause_link": pause_link(rule_id=rule.pk),
            "status_link": _address("topup-status", attempt),
        },
        now=now,
    )


def tell_confirmation(*, attempt: RefillAttempt, now: datetime) -> None:
    """With the link to this one payment's page; it is good until the payment is over."""
    mail_refill(
        customer=attempt.rule.customer,
        key=f"refill-confirm:{attempt.pk}",
        template="refill_confirm",
        context={
            "rule": attempt.rule,
            "attempt": attempt,
            "confirm_link": _address("topup-pay", attempt),
        },
        now=now,
    )


def tell_declined(*, attempt: RefillAttempt, decline: Decline | None, now: datetime) -> None:
    """When it is tried again, or, for a rule that was paused meanwhile, that it is not."""
    mail_refill(
        customer=attempt.rule.customer,
        key=f"refill-declined:{attempt.pk}",
        template="refill_declined",
        context={
            "rule": attempt.rule,
            "attempt": attempt,
            "why": decline_text(decline),
            # written when the mail is, in the customer's time zone
            "next_try": partial(moment_text, attempt.rule.not_before or now),
            "cards_link": f"{settings.SITE_URL}{reverse('cards')}",
        },
        now=now,
    )


def _address(name: str, attempt: RefillAttempt) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=[attempt.top_up.reference])}"
