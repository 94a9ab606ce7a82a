"""Gives the second person the decision to look at, while nobody else can decide it."""

from typing import TypeVar

from django.utils.translation import gettext as _

from accounts.models import StaffDecision, User
from commpeak.lib.errors import Conflict, Refused

Decision = TypeVar("Decision", bound=StaffDecision)


def lock_waiting_decision(
    *, model: type[Decision], decision_id: int, by: User, approve: bool
) -> Decision:
    """The locked row of `model`, which still waits. Belongs into the caller's atomic.

    Of two who decide at once the second waits here, and is told by Conflict who was faster
    (S11). Raises Refused when `by` would approve what they proposed themselves; declining that
    is withdrawing it, and is allowed. Raises DoesNotExist.
    """
    decision = model._default_manager.select_for_update(of=("self",)).get(pk=decision_id)
    if decision.stage != StaffDecision.Stage.WAITING:
        raise Conflict(_told(decision))
    if approve and decision.proposed_by_id == by.pk:
        raise Refused(_("You proposed this yourself: somebody else has to approve it."))
    return decision


def _told(decision: StaffDecision) -> str:
    return _("This was decided before, by %(who)s: %(stage)s.") % {
        "who": decision.decided_by or decision.proposed_by,
        "stage": decision.get_stage_display(),
    }
