"""What a member of staff does next about a payment, in a sentence."""

from datetime import datetime

from django.utils.translation import gettext as _

from commpeak.lib.template_filters import day_text, time_text
from payments.gateways.registry import INTO_OUR_BANK, gateway_for
from payments.models import Payment
from payments.selectors.staff_queue import STUCK_AFTER
from payments.states import State


def next_step(payment: Payment, *, now: datetime) -> str:
    """No query."""
    if payment.needs_review:
        return _("Review it: %(why)s") % {"why": payment.needs_review}
    if payment.is_dead:
        return _over(payment)
    if payment.state == State.AWAITING_CUSTOMER:
        return _unpaid(payment)
    return _under_way(payment, now) if payment.is_open else _paid(payment)


def _paid(payment: Payment) -> str:
    if payment.state == State.CHARGED_BACK:
        return _("Nothing: the customer's bank has taken the money back.")
    if payment.state != State.DISPUTED:
        return _("Nothing: it is in the books. What came can be read in the customer's statement.")
    if payment.answer_by is None:
        return _("Nothing: the customer's bank decides about the dispute.")
    text = _("Answer the dispute in the gateway's dashboard by %(day)s.")
    return text % {"day": day_text(payment.answer_by)}


def _unpaid(payment: Payment) -> str:
    if payment.gateway in INTO_OUR_BANK:
        return _("Ask whether the wire is sent, and have it announced on the payment's page.")
    return _("The customer has not paid yet. They go on from the payment's page.")


def _over(payment: Payment) -> str:
    if payment.gateway in INTO_OUR_BANK:
        return _("If the wire was sent all the same, look for it at our bank.")
    name = gateway_for(payment.gateway).profile.words.name
    return _(
        "Nothing was charged as far as %(gateway)s has said. If the customer sees a charge, ask "
        "the gateway again."
    ) % {"gateway": name}


def _under_way(payment: Payment, now: datetime) -> str:
    waiting = payment.waiting_for
    if payment.gateway in INTO_OUR_BANK:
        if waiting and waiting.expected_by and waiting.expected_by < now:
            return _("The wire is late: look for it at our bank, also among what nobody claims.")
        return _("Wait for our bank; then look among what nobody claims.")
    if waiting and waiting.expected_by:
        return _("Wait: it should be certain by %(when)s.") % {
            "when": time_text(waiting.expected_by)
        }
    if now - payment.created_at > STUCK_AFTER:
        return _("Ask the gateway again: it should have been certain long ago.")
    return _("Wait some minutes; it is asked about by itself.")
