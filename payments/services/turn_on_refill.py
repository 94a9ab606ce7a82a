"""Turns automatic refill on for one balance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.selectors.missing_address_parts import missing_address_parts
from billing.models import Purse
from billing.services.queue_due_balance import queue_due_balance
from commpeak.lib.errors import Refused
from commpeak.lib.template_filters import money_text
from payments.models import TopUp
from payments.models.refill import AutoRefillRule, CardSetup, SavedCard
from payments.refill_decision import Charge, decide_refill
from payments.refill_numbers import RefillNumbers
from payments.refill_reasons import Reason
from payments.selectors.open_refill import open_refill
from payments.selectors.refill_day_of import refill_day_of
from payments.selectors.refill_facts import first_payment_facts, refilled_balance
from payments.services.note_refill import note_refill
from payments.services.open_gateway_customer import open_gateway_customer
from payments.services.reserve_refill import reserve_refill
from payments.services.start_card_setup import start_card_setup
from payments.services.write_refill_rule import (
    lock_refill_rule,
    new_refill_rule,
    write_refill_rule,
)

_State = AutoRefillRule.State


@dataclass(frozen=True, slots=True)
class TurnedOn:
    """Where the customer goes next: pay `first_payment`, save a card in `setup`, or nowhere: the
    rule is on, since a saved card was chosen."""

    rule: AutoRefillRule
    first_payment: TopUp | None = None
    setup: CardSetup | None = None


def turn_on_refill(
    *,
    customer: Customer,
    purse: Purse,
    numbers: RefillNumbers,
    card: SavedCard | None,
    ip_address: str | None,
    now: datetime,
) -> TurnedOn:
    """One rule per balance. With a saved `card` it is on at once; else a new card comes first: by
    paying what is missing now, or by saving it when nothing is.

    A second call, from another tab, changes nothing when the first one's payment is open or the
    rule is on, with the same numbers and card. Raises Refused: numbers that cannot work, address
    missing, a rule that is anything else already; GatewayError when the gateway does not answer,
    and then nothing is on. Must not be called inside a transaction.
    """
    if missing_address_parts(customer):
        raise Refused(_("Complete your address before adding credit."))
    if card is None:
        open_gateway_customer(customer=customer)
    write = partial(
        _write,
        customer=customer,
        purse=purse,
        numbers=numbers,
        card=card,
        ip_address=ip_address,
        now=now,
    )
    try:
        turned_on = write()
    except IntegrityError:  # balance_has_one_refill_rule: another tab was faster
        turned_on = write()
    if turned_on.first_payment or turned_on.rule.state != _State.SETTING_UP:
        return turned_on
    setup = start_card_setup(customer=customer, rule=turned_on.rule, now=now)
    return TurnedOn(turned_on.rule, setup=setup)


@transaction.atomic(durable=True)
def _write(
    *,
    customer: Customer,
    purse: Purse,
    numbers: RefillNumbers,
    card: SavedCard | None,
    ip_address: str | None,
    now: datetime,
) -> TurnedOn:
    rule = lock_refill_rule(customer=customer, purse=purse)
    if rule and (before := _turned_on_before(rule, numbers, card)):
        return before
    # before any balance, and before the ceilings of a first payment are read
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    rule = rule or new_refill_rule(customer=customer, purse=purse)
    rule.state = _State.ACTIVE if card else _State.SETTING_UP
    rule.card, rule.paused_reason = card, ""
    rule.declines_in_a_row, rule.declined_at, rule.not_before = 0, None, None
    write_refill_rule(
        rule=rule, numbers=numbers, code=Reason.TURNED_ON, ip_address=ip_address, now=now
    )
    if card:
        SavedCard.objects.filter(pk=card.pk).update(refused_at=None)  # chosen: another chance
        queue_due_balance(account_id=rule.balance_id, look_at=now)
        return TurnedOn(rule)
    return TurnedOn(rule, first_payment=_first_payment(rule, ip_address, now))


def _turned_on_before(
    rule: AutoRefillRule, numbers: RefillNumbers, card: SavedCard | None
) -> TurnedOn | None:
    """What an earlier call has begun; raises Refused when that was anything else, so that no cap
    that was just agreed to is dropped without a word."""
    first_payment = _open_first_payment(rule)
    if rule.state == _State.DISABLED or (rule.state == _State.SETTING_UP and not first_payment):
        return None
    is_same = rule.numbers == numbers and rule.card == card
    if not is_same or rule.state not in {_State.ACTIVE, _State.SETTING_UP}:
        raise Refused(_already(rule, first_payment))
    return TurnedOn(rule, first_payment)


def _open_first_payment(rule: AutoRefillRule) -> TopUp | None:
    """Not a charge of a saved card that was under way when the rule was canceled before."""
    attempt = open_refill(rule)
    return attempt.top_up if attempt and attempt.card_id is None else None


def _already(rule: AutoRefillRule, first_payment: TopUp | None) -> str:
    """What is there instead, and where to go on."""
    if rule.state == _State.SETTING_UP and first_payment:
        return _(
            "The first payment of %(amount)s, with the numbers you agreed to before, is still "
            "open. Pay or cancel it first: it is in your profile."
        ) % {"amount": money_text(first_payment.money)}
    if rule.state == _State.PAUSED:
        return _("Automatic refill of this balance is paused. Resume or change it in your profile.")
    if rule.state == _State.NEEDS_CONFIRMATION:
        return _(
            "Automatic refill of this balance waits for your confirmation. Confirm or change it in "
            "your profile."
        )
    return _("Automatic refill of this balance is on already. Change it in your profile.")


def _first_payment(rule: AutoRefillRule, ip_address: str | None, now: datetime) -> TopUp | None:
    """Under the threshold already: the customer pays the first refill, which uses a slot."""
    day = refill_day_of(rule=rule, now=now)
    decision = decide_refill(first_payment_facts(rule=rule, day=day, now=now))
    if not isinstance(decision, Charge):
        return None
    attempt, _payment = reserve_refill(
        rule=rule, day=day, money=decision.amount, card=None, ip_address=ip_address, now=now
    )
    facts = {
        "balance": f"{refilled_balance(rule).amount:f}",
        "threshold": f"{rule.threshold:f}",
        "amount": f"{attempt.amount:f}",
        "n": str(attempt.n),
        "max": str(attempt.day_max),
        "card": _("your new card"),
    }
    note_refill(rule=rule, code=Reason.CHARGING, facts=facts, attempt=attempt, now=now)
    return attempt.top_up
