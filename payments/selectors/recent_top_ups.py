"""The customer's latest top-ups with how each stands."""

from dataclasses import dataclass

from accounts.models import Customer
from payments.models import TopUp
from payments.selectors.deciding_payment import deciding_payment
from payments.states import State


@dataclass(frozen=True, slots=True)
class RecentTopUp:
    top_up: TopUp
    state: State
    instrument: str
    in_review: bool
    can_pay: bool


def recent_top_ups(*, customer: Customer, count_max: int) -> list[RecentTopUp]:
    """Newest first; two queries."""
    top_ups = customer.top_ups.order_by("-created_at").prefetch_related("payments")
    return [_recent(top_up) for top_up in top_ups[:count_max]]


def _recent(top_up: TopUp) -> RecentTopUp:
    payment = deciding_payment(top_up)
    in_review = bool(payment.needs_review) and not payment.is_paid
    return RecentTopUp(
        top_up=top_up,
        state=State(payment.state),
        instrument=payment.instrument,
        in_review=in_review,
        can_pay=payment.state in {State.CREATED, State.AWAITING_CUSTOMER} and not in_review,
    )
