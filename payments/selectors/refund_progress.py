"""A refund's page: done, now and next, in the customer's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from payments.models import Refund
from payments.refund_states import RefundState
from payments.selectors.step import Step
from payments.selectors.top_up_progress import Tone
from payments.selectors.way_back import way_back

_TONES: dict[RefundState, Tone] = {
    RefundState.REQUESTED: "wait",
    RefundState.APPROVED: "wait",
    RefundState.PROCESSED: "good",
    RefundState.DECLINED: "bad",
    RefundState.FAILED: "bad",
}


@dataclass(frozen=True, slots=True)
class RefundProgress:
    tone: Tone
    way_back: str
    steps: list[Step]


def refund_progress(refund: Refund) -> RefundProgress:
    """Two queries, when the payment and its top-up are loaded."""
    reached = {RefundState(event.to_state): event.at for event in refund.events.all()}
    means = way_back(refund.payment)
    return RefundProgress(
        tone=_TONES[RefundState(refund.state)],
        way_back=means,
        steps=[_asked(refund), *_decided(refund, reached), *_given(refund, reached, means)],
    )


def _asked(refund: Refund) -> Step:
    by_staff = refund.asked_by == Refund.AskedBy.STAFF
    title = _("Our staff gives the money back") if by_staff else _("Requested by you")
    return Step("done", title, refund.get_reason_display(), at=refund.created_at)


def _decided(refund: Refund, reached: dict[RefundState, datetime]) -> list[Step]:
    if declined_at := reached.get(RefundState.DECLINED):
        return [Step("bad", _("Declined"), refund.decision, at=declined_at)]
    if approved_at := reached.get(RefundState.APPROVED):
        return [Step("done", _("Approved"), at=approved_at)]
    text = _("The money stays on your balance until then. You get an e-mail.")
    return [Step("now", _("Our staff looks at it"), text)]


def _given(refund: Refund, reached: dict[RefundState, datetime], means: str) -> list[Step]:
    given = _("Given back to %(means)s") % {"means": means}
    purse = refund.payment.top_up.get_purse_display()
    match RefundState(refund.state):
        case RefundState.DECLINED:
            return []
        case RefundState.REQUESTED:
            return [Step("next", given)]
        case RefundState.APPROVED:
            sent = _("It is sent. The payment provider has not confirmed it yet.")
            return [Step("now", given, sent if refund.sent_at else _("Usually within a minute."))]
        case RefundState.PROCESSED:
            text = _("Your bank may take a few days to show it.")
            return [Step("done", given, text, at=reached.get(RefundState.PROCESSED))]
        case RefundState.FAILED:
            return [*_came_back(reached, given), _failed(refund, purse, reached)]


def _came_back(reached: dict[RefundState, datetime], given: str) -> list[Step]:
    left_at = reached.get(RefundState.PROCESSED)
    return [Step("done", given, at=left_at)] if left_at else []


def _failed(refund: Refund, purse: str, reached: dict[RefundState, datetime]) -> Step:
    if refund.proof_id:
        what = _("Your bank sent the money back; it is on your %(purse)s balance again.")
    else:
        what = _("Nothing was taken from your %(purse)s balance.")
    text = what % {"purse": purse} + " " + _("Our staff looks for another way.")
    return Step("bad", _("It did not go through"), text, at=reached.get(RefundState.FAILED))
