"""What became of an automatic refill's payment, written into its slot and its rule."""

from datetime import datetime, timedelta

from django.db import transaction

from billing.models import DueBalance
from billing.services.release_due_balance import release_due_balance
from payments.gateways.base import Gateway, GatewayError, Snapshot
from payments.models import Decline, Payment, PaymentEvent
from payments.models.refill import AutoRefillRule, RefillAttempt, SavedCard
from payments.refill_decision import DECLINES_IN_A_ROW_MAX, back_off
from payments.refill_reasons import Reason
from payments.selectors.card_to_charge import card_to_charge
from payments.selectors.refill_attempt_of import refill_attempt_of
from payments.services.ask_gateway import ask_gateway
from payments.services.end_unbegun_refill import end_unbegun_refill
from payments.services.note_refill import note_refill
from payments.services.pause_rule import pause_rule
from payments.services.tell_refill import (
    tell_confirmation,
    tell_declined,
    tell_receipt,
    tell_turned_on,
)
from payments.states import State

Rule, Attempt = AutoRefillRule, RefillAttempt


def settle_refill(*, payment_id: int, now: datetime) -> None:
    """Does nothing for a payment that is no refill's, or whose refill is settled already.

    Reads the payment's state, which only apply_snapshot moves, and never touches money: what
    came is credited before and whatever happens here. A charge that the bank declined is ended
    at the gateway first, so that it can never be paid later beside its successor. One that
    needs its owner waits for them. An unknown outcome changes nothing until it is known.
    Must not be called inside a transaction.
    """
    if not _settle(payment_id, now):
        return
    try:
        ask_gateway(
            payment_id=payment_id, question=_cancel, source=PaymentEvent.Source.POLL, now=now
        )
    except GatewayError:
        return  # it is in the payment's history, and the poll comes back
    _settle(payment_id, now)


def _cancel(gateway: Gateway, payment: Payment) -> Snapshot:
    return gateway.cancel(payment.gateway_id, by_customer=False)


def _settle(payment_id: int, now: datetime) -> bool:
    """Whether the payment has to be ended at the gateway before it can be settled."""
    attempt = refill_attempt_of(Payment.objects.get(pk=payment_id))
    if attempt is None:
        return False
    with transaction.atomic(durable=True):
        return _settle_locked(attempt.rule_id, payment_id, now)


def _settle_locked(rule_id: int, payment_id: int, now: datetime) -> bool:
    locked = Rule.objects.select_for_update(of=("self",), no_key=True)
    rule = locked.select_related("customer").get(pk=rule_id)
    payment = Payment.objects.get(pk=payment_id)
    attempt = refill_attempt_of(payment)
    if attempt is None:
        raise AssertionError(f"payment {payment_id} has lost its refill")
    attempt.rule = rule
    if payment.is_paid and attempt.state != Attempt.State.DONE:
        _charged(attempt, payment, now)
    elif payment.is_dead and attempt.is_open:
        _not_charged(attempt, payment, now)
    elif payment.state == State.AWAITING_CUSTOMER and attempt.state == Attempt.State.CHARGING:
        return _refused(attempt, payment, now)
    return False


def _charged(attempt: RefillAttempt, payment: Payment, now: datetime) -> None:
    """Also for a rule that was paused or canceled meanwhile, which it then stays; so does one that
    was agreed to anew with another card, and waits for that."""
    rule = attempt.rule
    _end(attempt, Attempt.State.DONE, "", now)
    if attempt.card:
        SavedCard.objects.filter(pk=attempt.card.pk).update(refused_at=None)
    rule.declines_in_a_row, rule.declined_at, rule.not_before = 0, None, None
    is_its_first = rule.state == Rule.State.SETTING_UP and attempt.card is None
    if is_its_first or rule.state == Rule.State.NEEDS_CONFIRMATION:
        rule.state = Rule.State.ACTIVE
    rule.save()
    if is_its_first:
        tell_turned_on(rule=rule, now=now)
    facts = {"amount": f"{attempt.amount:f}", "card": payment.instrument, "n": str(attempt.n)}
    facts |= {"max": str(attempt.day_max)}
    note_refill(rule=rule, code=Reason.CHARGED, facts=facts, attempt=attempt, now=now)
    tell_receipt(attempt=attempt, payment=payment, now=now)
    watched = rule.threshold_money if rule.is_on else None
    if not release_due_balance(account_id=rule.balance_id, watched_below=watched):
        _look(rule, now)


def _refused(attempt: RefillAttempt, payment: Payment, now: datetime) -> bool:
    """The bank said no while nobody was there; on our page the customer just tries again. Nobody
    is asked to confirm a charge of a rule that was paused or canceled meanwhile."""
    decline = payment.declines.order_by("pk").last()
    if decline is None or attempt.card is None:
        return False
    rule = attempt.rule
    if decline.kind != Decline.Kind.AUTHENTICATION or not rule.is_on:
        return True
    attempt.state = Attempt.State.CONFIRMING
    attempt.save(update_fields=["state"])
    rule.state = Rule.State.NEEDS_CONFIRMATION
    rule.save(update_fields=["state"])
    facts = {"amount": f"{attempt.amount:f}", "card": str(attempt.card)}
    note_refill(rule=rule, code=Reason.NEEDS_CONFIRMATION, facts=facts, attempt=attempt, now=now)
    tell_confirmation(attempt=attempt, now=now)
    return False


def _not_charged(attempt: RefillAttempt, payment: Payment, now: datetime) -> None:
    was_confirming = attempt.state == Attempt.State.CONFIRMING
    decline = payment.declines.order_by("pk").last()
    reason = decline.code if decline else payment.state
    _end(attempt, Attempt.State.FAILED, reason, now)
    is_off = attempt.rule.state in {Rule.State.DISABLED, Rule.State.SETTING_UP}
    wanted_its_owner = decline is not None and decline.kind == Decline.Kind.AUTHENTICATION
    if attempt.card is None or is_off or (wanted_its_owner and not was_confirming):
        _given_up(attempt, now)
    elif was_confirming:
        _not_confirmed(attempt, payment, now)
    elif decline is None and (payment.state == State.EXPIRED or attempt.card.removed_at):
        _never_charged(attempt, now)
    else:
        _declined(attempt, attempt.card, decline, now)


def _given_up(attempt: RefillAttempt, now: datetime) -> None:
    """Nothing follows from it: the customer did not pay it, or had turned the rule off. A rule
    that was to begin with it does not; one that was agreed to anew since has nothing to do with
    it."""
    rule = attempt.rule
    facts = {"amount": f"{attempt.amount:f}"}
    note_refill(rule=rule, code=Reason.FAILED, facts=facts, attempt=attempt, now=now)
    if attempt.card is None and attempt.created_at >= rule.consent_at:
        end_unbegun_refill(rule=rule, now=now)


def _never_charged(attempt: RefillAttempt, now: datetime) -> None:
    """The gateway was not asked in time (start_at_gateway), or the card was removed before it was:
    its bank has nothing to do with it."""
    facts = {"amount": f"{attempt.amount:f}"}
    note_refill(rule=attempt.rule, code=Reason.FAILED, facts=facts, attempt=attempt, now=now)
    _look(attempt.rule, now)


def _not_confirmed(attempt: RefillAttempt, payment: Payment, now: datetime) -> None:
    is_canceled = payment.state == State.CANCELED
    reason = Reason.CHARGE_CANCELED if is_canceled else Reason.NOT_CONFIRMED
    facts = {"amount": f"{attempt.amount:f}"}
    rule = attempt.rule
    note_refill(rule=rule, code=reason, facts=facts, attempt=attempt, now=now)
    if rule.state == Rule.State.NEEDS_CONFIRMATION:
        pause_rule(rule=rule, reason=reason, now=now)


def _declined(
    attempt: RefillAttempt, card: SavedCard, decline: Decline | None, now: datetime
) -> None:
    """Waits 1 h, 6 h, 24 h; another card that was not refused is tried at once; three in a row
    pause the rule. Without a decline the gateway itself refused: the card is of no use then. It
    counts for a rule that was paused meanwhile too, but nothing is promised to be tried."""
    rule, is_hard = attempt.rule, decline is None or decline.kind != Decline.Kind.SOFT
    if is_hard:
        SavedCard.objects.filter(pk=card.pk).update(refused_at=now)
    rule.declines_in_a_row += 1
    rule.declined_at = now
    rule.not_before = now + _wait(rule, is_hard, now)
    rule.save(update_fields=["declines_in_a_row", "declined_at", "not_before"])
    is_last = rule.declines_in_a_row >= DECLINES_IN_A_ROW_MAX
    facts = {"amount": f"{attempt.amount:f}", "card": str(card), "decline": attempt.reason}
    if rule.is_on and not is_last:
        facts |= {"until": rule.not_before.isoformat()}
    note_refill(rule=rule, code=Reason.DECLINED, facts=facts, attempt=attempt, now=now)
    if is_last and rule.is_on:
        pause_rule(rule=rule, reason=Reason.DECLINED_THRICE, now=now)
    else:
        tell_declined(attempt=attempt, decline=decline, now=now)
    _look(rule, rule.not_before)


def _wait(rule: AutoRefillRule, is_hard: bool, now: datetime) -> timedelta:
    following = card_to_charge(rule=rule, now=now)
    has_another = is_hard and following is not None and following.refused_at is None
    is_last = rule.declines_in_a_row >= DECLINES_IN_A_ROW_MAX
    return timedelta(0) if has_another and not is_last else back_off(rule.declines_in_a_row)


def _end(attempt: RefillAttempt, state: "RefillAttempt.State", why: str, now: datetime) -> None:
    attempt.state, attempt.reason, attempt.ended_at = state, why[:64], now
    attempt.save(update_fields=["state", "reason", "ended_at"])


def _look(rule: AutoRefillRule, at: datetime) -> None:
    DueBalance.objects.filter(balance=rule.balance_id).update(look_at=at)
