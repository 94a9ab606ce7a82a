"""The one way a refund's state moves: with a line in its history and an e-mail."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Category
from accounts.services.notify_customer import notify_customer
from commpeak.lib.errors import Conflict
from payments.models import Refund, RefundEvent
from payments.refund_states import RefundState, may_refund_move
from payments.selectors.way_back import way_back


def move_refund(*, refund: Refund, to: RefundState, actor: str, detail: str, now: datetime) -> None:
    """Saves `refund` in its new state, with whatever else the caller has set on it.

    The caller holds the locks of the payment and of the refund, in this order. `detail` is for
    the history; the e-mail says what the state means. Raises Conflict for a move that the table
    of states does not have.
    """
    before = RefundState(refund.state)
    if not may_refund_move(before, to):
        raise Conflict(
            _("This refund is %(state)s already.") % {"state": before.label.lower()},
            f"refund {refund.reference}: {before} cannot become {to}",
        )
    refund.state = to
    if to is not RefundState.APPROVED:
        refund.due_at = None
    refund.save()
    RefundEvent.objects.create(
        refund=refund, at=now, actor=actor, from_state=before, to_state=to, detail=detail[:300]
    )
    notify_customer(
        category=Category.PAYMENTS,
        customer=refund.payment.top_up.customer,
        key=f"refund-{to}:{refund.reference}",
        template=f"refund_{to}",
        context={
            "refund": refund,
            "way_back": way_back(refund.payment),
            "path": refund.get_absolute_url(),
        },
        now=now,
    )
