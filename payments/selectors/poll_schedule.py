"""When an open payment is asked about again, and when it has waited long enough."""

from datetime import datetime, timedelta

from payments.models import Payment

# By how often it was asked already; the last one repeats until the payment is no longer open.
_DELAYS = [timedelta(seconds=seconds) for seconds in (10, 20, 30, 60, 120, 300, 600, 1800, 3600)]

# A card form left open longer than this is closed; the customer can start again at any time.
UNPAID_EXPIRES_AFTER = timedelta(hours=24)


def next_poll_at(payment: Payment, now: datetime) -> datetime | None:
    """None once it is paid or dead: then webhooks and the daily list of changes tell the rest.

    A payment that waits for staff is asked about for a day, in case it mends itself.
    """
    if not payment.is_open or (payment.needs_review and is_overdue(payment, now)):
        return None
    return now + _DELAYS[min(payment.poll_count, len(_DELAYS) - 1)]


def is_overdue(payment: Payment, now: datetime) -> bool:
    return now - payment.created_at > UNPAID_EXPIRES_AFTER
