"""Keeps the card that paid, as the payment's order asked."""

from datetime import datetime

from django.db import transaction

from payments.gateways.base import KeptCard
from payments.models import Payment
from payments.models.refill import AutoRefillRule
from payments.selectors.refill_attempt_of import refill_attempt_of
from payments.services.give_rule_card import give_rule_card
from payments.services.lock_refill_rules import lock_refill_rules
from payments.services.save_card import save_card


@transaction.atomic(durable=True)
def keep_card(*, payment_id: int, kept: KeptCard, now: datetime) -> None:
    """Saves it, and gives it to the refill that this payment begins: "another card" was chosen,
    so an older one must not be charged instead. A refill that is off stays off.

    To be called before settle_refill. A gateway tells of the card in every answer, for ever:
    once the payment is settled, the card is the customer's to change. Locks: rules, then customer.
    """
    payment = Payment.objects.select_related("top_up__customer").get(pk=payment_id)
    customer = payment.top_up.customer
    rules = lock_refill_rules(customer=customer)
    card = save_card(customer=customer, rules=rules, kept=kept, now=now)
    rule = _begun_by(payment, rules)
    if rule and rule.state != AutoRefillRule.State.DISABLED and not card.removed_at:
        give_rule_card(rule=rule, card=card, now=now)


def _begun_by(payment: Payment, rules: list[AutoRefillRule]) -> AutoRefillRule | None:
    """None when the payment begins none, or has been settled."""
    begun = refill_attempt_of(payment)
    if begun is None or begun.card or not begun.is_open:
        return None
    return next(rule for rule in rules if rule.pk == begun.rule_id)
