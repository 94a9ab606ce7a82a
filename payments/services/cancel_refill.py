"""The customer gives automatic refill up."""

from datetime import datetime

from django.db import transaction

from billing.models import MarkReason
from billing.services.set_low_balance_mark import set_low_balance_mark
from payments.gateways.base import GatewayError
from payments.models import Payment
from payments.models.refill import AutoRefillRule, RefillAttempt
from payments.refill_reasons import Reason
from payments.selectors.open_refill import charge_under_way
from payments.services.cancel_payment import cancel_payment
from payments.services.mail_refill import mail_refill
from payments.services.note_refill import note_refill


def cancel_refill(*, rule_id: int, now: datetime) -> None:
    """Off, until it is turned on anew with a new consent. A charge that the gateway was asked for
    may still be made, is named in the mail and credited; one that waits for the customer is ended,
    one that nobody has asked for is not made (start_at_gateway). A second call changes nothing.
    Must not be called inside a transaction."""
    _turn_off(rule_id, now)
    for payment in _waiting_for_the_customer(rule_id):
        try:
            cancel_payment(payment_id=payment.pk, now=now)
        except GatewayError:
            continue  # it is in the payment's history; unpaid it ends by itself within a day


@transaction.atomic(durable=True)
def _turn_off(rule_id: int, now: datetime) -> None:
    locked = AutoRefillRule.objects.select_for_update(of=("self",), no_key=True)
    rule = locked.select_related("customer").get(pk=rule_id)
    if rule.state == AutoRefillRule.State.DISABLED:
        return
    rule.state, rule.paused_reason = AutoRefillRule.State.DISABLED, ""
    rule.save(update_fields=["state", "paused_reason"])
    set_low_balance_mark(account_id=rule.balance_id, reason=MarkReason.REFILL, mark=None)
    note_refill(rule=rule, code=Reason.CANCELED, facts={}, now=now)
    mail_refill(
        customer=rule.customer,
        key=f"refill-canceled:{rule.pk}:{now.isoformat()}",
        template="refill_changed",
        context={
            "rule": rule,
            "what": "",
            "kind": "canceled",
            "under_way": charge_under_way(rule),
        },
        now=now,
    )


def _waiting_for_the_customer(rule_id: int) -> list[Payment]:
    """The first payment of a rule that never began, and one that the bank wants confirmed."""
    attempts = RefillAttempt.objects.filter(rule=rule_id)
    confirming = attempts.filter(state=RefillAttempt.State.CONFIRMING)
    first = attempts.filter(state=RefillAttempt.State.CHARGING, card=None)
    top_ups = (confirming | first).values("top_up")
    return [payment for payment in Payment.objects.filter(top_up__in=top_ups) if payment.is_open]
