"""Staff say yes to a refund; a worker then gives the money back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commpeak.lib.errors import Refused
from commpeak.lib.template_filters import money_text
from commpeak.lib.wake import wake
from payments.models import Refund
from payments.refund_states import RefundState
from payments.selectors.refundable import refundable
from payments.services.lock_refund import lock_refund
from payments.services.move_refund import move_refund

PROCESS_TASK = "payments.tasks.process_refund_task"


@transaction.atomic
def approve_refund(*, refund_id: int, actor: str, reason: str, now: datetime) -> None:
    """Approves it and wakes a worker once that is committed; the sweep finds it otherwise.

    Two who approve at once: the second gets Conflict, and the money goes back once. Raises
    Refused for who asked for it, where that needs a second person (they may decline it), and
    when a customer's request is no longer covered, because the balance was spent or the
    payment disputed meanwhile.
    """
    refund = lock_refund(refund_id=refund_id)
    if refund.state == RefundState.REQUESTED:
        if refund.needs_second and refund.asker == actor:
            raise Refused(_("You asked for this yourself. A second person has to approve it."))
        _check_still_covered(refund)
    refund.decided_by, refund.decided_at, refund.decision = actor, now, reason
    refund.due_at = now
    move_refund(refund=refund, to=RefundState.APPROVED, actor=actor, detail=reason, now=now)
    transaction.on_commit(lambda: wake(PROCESS_TASK, refund.pk))


def _check_still_covered(refund: Refund) -> None:
    possible = refundable(refund.payment, besides=refund)
    most = possible.own if refund.asked_by == Refund.AskedBy.CUSTOMER else possible.left
    if refund.money > most:
        raise Refused(
            _(
                "Only %(amount)s is still covered, since the balance was spent or the money went "
                "back otherwise. Decline this request, or refund the payment yourself."
            )
            % {"amount": money_text(most)}
        )
