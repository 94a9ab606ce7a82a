"""The customer lets a paused rule go on."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from billing.services.queue_due_balance import queue_due_balance
from commpeak.lib.errors import Refused
from payments.models.refill import AutoRefillRule, RefillAttempt
from payments.refill_reasons import Reason
from payments.selectors.card_to_charge import card_to_charge
from payments.selectors.open_refill import open_refill
from payments.selectors.refill_facts import has_disputed_payment
from payments.services.mail_refill import mail_refill
from payments.services.note_refill import note_refill


@transaction.atomic(durable=True)
def resume_refill(*, rule_id: int, now: datetime) -> AutoRefillRule:
    """On again, with a fresh count of declines. After three declines the last pause of 24 hours
    stays, unless the card was changed or a top-up has settled since. With a charge still open
    that the bank wants confirmed, it waits for that again. One that is not paused stays as it is.
    Raises Refused when it could not charge anyway: no valid card, a disputed payment."""
    locked = AutoRefillRule.objects.select_for_update(of=("self",), no_key=True)
    rule = locked.select_related("customer").get(pk=rule_id)
    if rule.state != AutoRefillRule.State.PAUSED:
        return rule
    if has_disputed_payment(customer_id=rule.customer_id):
        raise Refused(
            _("The bank has taken one of your payments back. Write to our support to settle it.")
        )
    if card_to_charge(rule=rule, now=now) is None:
        raise Refused(_("No saved card is valid. Add a card first."))
    rule.state, rule.paused_reason, rule.declines_in_a_row = _state(rule), "", 0
    rule.save(update_fields=["state", "paused_reason", "declines_in_a_row"])
    note_refill(rule=rule, code=Reason.RESUMED, facts={}, now=now)
    mail_refill(
        customer=rule.customer,
        key=f"refill-resumed:{rule.pk}:{now.isoformat()}",
        template="refill_changed",
        context={"rule": rule, "what": rule.consent_text, "kind": "resumed"},
        now=now,
    )
    queue_due_balance(account_id=rule.balance_id, look_at=now)
    return rule


def _state(rule: AutoRefillRule) -> AutoRefillRule.State:
    attempt = open_refill(rule)
    if attempt and attempt.state == RefillAttempt.State.CONFIRMING:
        return AutoRefillRule.State.NEEDS_CONFIRMATION
    return AutoRefillRule.State.ACTIVE
