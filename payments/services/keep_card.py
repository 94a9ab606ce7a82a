"""Keeps the card that paid, as the payment's order asked."""

from datetime import datetime

from django.db import transaction

from payments.gateways.base import KeptCard
from payments.models import Payment
from payments.models.refill import AutoRefillRule
from payments.selectors.refill_attempt_of import refill_attempt_of
from payments.services.give_rule_card import give_rule_card
from payments.services.save_card import save_card


@transaction.atomic(durable=True)
def keep_card(*, payment_id: int, kept: KeptCard, now: datetime) -> None:
    """Saves it, and gives it to the refill that this payment begins: "another card" was chosen,
    so an older one must not be charged instead. A refill that is off stays off.

    To be called before settle_refill. A gateway tells of the card in every answer, for ever:
    once the payment is settled, the card is the customer's to change. Locks: rule, then customer.
    """
    payment = Payment.objects.select_related("top_up__customer").get(pk=payment_id)
    rule = _lock_rule_begun_by(payment)
    card = save_card(customer=payment.top_up.customer, kept=kept, now=now)
    if rule and rule.state != AutoRefillRule.State.DISABLED and not card.removed_at:
        give_rule_card(rule=rule, card=card, now=now)


def _lock_rule_begun_by(payment: Payment) -> AutoRefillRule | None:
    """None when the payment begins none, or has been settled."""
    begun = refill_attempt_of(payment)
    if begun is None or begun.card:
        return None
    locked = AutoRefillRule.objects.select_for_update(of=("self",), no_key=True)
    rule = locked.select_related("customer").get(pk=begun.rule_id)
    begun.refresh_from_db(fields=["state"])
    return rule if begun.is_open else None
