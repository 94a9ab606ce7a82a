"""How a payment stands, in a word or three for staff (customers read top_up_progress)."""

from django.utils.translation import gettext as _

from payments.models import Payment
from payments.selectors.support.section import Cell, Tone
from payments.states import DEAD, OPEN, State

_GONE = frozenset({State.DISPUTED, State.CHARGED_BACK})


def state_cell(payment: Payment) -> Cell:
    state = State(payment.state)
    if payment.needs_review:
        return Cell(_("To be reviewed"), tone="warn")
    if state is State.AWAITING_CUSTOMER:
        return Cell(_("Waiting for the customer"), tone="wait")
    return Cell(state.label, tone=_tone(state))


def _tone(state: State) -> Tone:
    if state in _GONE or state is State.FAILED:
        return "bad"
    if state in OPEN:
        return "wait"
    return "" if state in DEAD else "good"
