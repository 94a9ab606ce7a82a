"""Looks at one balance that may need a refill, and carries the refill out."""

from datetime import datetime

from commpeak.lib.fault_points import fault_point
from payments.gateways.base import GatewayError
from payments.models import PaymentEvent
from payments.services.look_at_refill import look_at_refill
from payments.services.sync_payment import sync_payment


def refill_balance(*, balance_id: int, now: datetime) -> None:
    """Prepare (a slot, committed), charge, record. `balance_id` is the balance's ledger account.

    May be called any number of times at once and after any crash: there is one charge for one
    need. A gateway that does not answer leaves the payment to the poll, which repeats the same
    request with the same key. Must not be called inside a transaction.
    """
    payment_id = look_at_refill(balance_id=balance_id, now=now)
    if payment_id is None:
        return
    fault_point("after_refill_slot")
    try:
        sync_payment(payment_id=payment_id, source=PaymentEvent.Source.POLL, now=now)
    except GatewayError:
        return  # recorded, and asked again by the poll
