"""The states of a refund and which moves are allowed. Pure Python.

    requested ─→ approved ─→ processed
        └─→ declined └─→ failed ←──┘

Processed means that the gateway's own object proves it. Evidence wins here too: a refund that
the gateway refused and made all the same is processed; one that the customer's bank sends back
later has failed.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RefundState(TextChoices):
    REQUESTED = "requested", _("Requested")
    APPROVED = "approved", _("Approved")
    PROCESSED = "processed", _("Processed")
    DECLINED = "declined", _("Declined")
    FAILED = "failed", _("Failed")


# not proven by a fact yet, and holding its amount all the same
REFUND_UNDER_WAY = frozenset({RefundState.REQUESTED, RefundState.APPROVED})

REFUND_TRANSITIONS: dict[RefundState, frozenset[RefundState]] = {
    RefundState.REQUESTED: frozenset({RefundState.APPROVED, RefundState.DECLINED}),
    RefundState.APPROVED: frozenset({RefundState.PROCESSED, RefundState.FAILED}),
    RefundState.PROCESSED: frozenset({RefundState.FAILED}),
    RefundState.DECLINED: frozenset(),
    RefundState.FAILED: frozenset({RefundState.PROCESSED}),
}


def may_refund_move(source: RefundState, target: RefundState) -> bool:
    return target in REFUND_TRANSITIONS[source]
