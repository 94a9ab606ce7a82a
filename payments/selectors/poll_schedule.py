"""When an open payment is asked about again, and when it has waited long enough."""

from datetime import datetime, timedelta

from commpeak.lib.spread import spread
from payments.gateways.registry import gateway_for
from payments.models import Payment
from payments.selectors.payer_checks import payer_check_of
from payments.states import State

# By how often it was asked already; the last one repeats until the payment is no longer open.
_DELAYS = [timedelta(seconds=seconds) for seconds in (10, 20, 30, 60, 120, 300, 600, 1800, 3600)]
_PAUSE_WHEN_OVER = timedelta(minutes=10)
# Nobody tells of each confirmation, and a waiting customer reads how many there are.
_PAUSE_WHILE_COUNTING = timedelta(minutes=2)


def next_poll_at(payment: Payment, now: datetime) -> datetime | None:
    """None once nothing more is expected: webhooks and the daily list of changes tell the rest.

    A payment that is over is still asked about while its gateway says that money may come by
    it. One that waits for staff is asked about until it is overdue, in case it mends itself.
    One that is held for a code is looked at when that code expires. Pauses are spread (B9), so
    that payments which a gateway's outage has put off do not all ask at the same moment.
    """
    pause = spread(_pause(payment), key=f"{payment.idempotency_key}:{payment.poll_count}")
    if not payment.is_open:
        until = payment.may_change_until
        return now + pause if until and now < until else None
    if payment.needs_review and is_overdue(payment, now):
        return None
    return min(now + pause, _code_expires_at(payment, now) or now + pause)


def _pause(payment: Payment) -> timedelta:
    pause = _DELAYS[min(payment.poll_count, len(_DELAYS) - 1)]
    if payment.waiting and payment.waiting["confirmations"] is not None:
        pause = min(pause, _PAUSE_WHILE_COUNTING)
    return pause if payment.is_open else max(pause, _PAUSE_WHEN_OVER)


def _code_expires_at(payment: Payment, now: datetime) -> datetime | None:
    check = payer_check_of(payment) if payment.state == State.PROCESSING else None
    return check.expires_at if check and not check.confirmed_at and now < check.expires_at else None


def is_overdue(payment: Payment, now: datetime) -> bool:
    profile = gateway_for(payment.gateway).profile
    return now - payment.created_at > profile.unpaid_expires_after
