"""Whether an unpaid payment is to be ended at its gateway."""

from datetime import datetime

from payments.gateways.registry import INTO_OUR_BANK
from payments.models import Payment
from payments.selectors.declines import has_too_many_declines
from payments.selectors.payer_checks import is_payer_check_over
from payments.selectors.poll_schedule import is_overdue
from payments.states import State


def should_end(payment: Payment, now: datetime) -> bool:
    """Too old, declined too often, no longer needed, or its payer was not confirmed in time.

    A wire that its customer has announced never ends by itself, however late it is.

    `payment` carries `is_paid_otherwise` (may_be_taken.PAID_OTHERWISE).
    """
    if payment.state == State.PROCESSING:
        is_undone = payment.gateway in INTO_OUR_BANK and not payment.waiting
        return (is_undone and is_overdue(payment, now)) or is_payer_check_over(
            payment=payment, now=now
        )
    return payment.state == State.AWAITING_CUSTOMER and (
        is_overdue(payment, now)
        or has_too_many_declines(payment=payment, now=now)
        or payment.is_paid_otherwise  # type: ignore[attr-defined]
    )
