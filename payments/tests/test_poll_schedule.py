"""When a payment is asked about again: ever later, and not all at the same moment (B9)."""

from datetime import timedelta

import pytest

from payments.models import Payment
from payments.selectors.poll_schedule import next_poll_at
from payments.states import State
from payments.tests.builders import NOON


def pause_of(nth: int = 1, **facts) -> float:
    """In seconds, of a payment that waits for its customer and was asked about before."""
    payment = Payment(
        gateway="card",
        idempotency_key=f"T-222222222{nth}-1",
        state=State.AWAITING_CUSTOMER,
        created_at=NOON,
        **facts,
    )
    at = next_poll_at(payment, NOON)
    assert at
    return (at - NOON).total_seconds()


def test_pauses_grow_from_ten_seconds_to_an_hour_and_stay_within_a_fifth_of_it():
    delays = [10, 20, 30, 60, 120, 300, 600, 1800, 3600, 3600]
    pauses = [pause_of(poll_count=count) for count in range(10)]
    assert pauses == [
        8.316,
        19.1,
        35.729,
        61.242,
        99.63,
        287.044,
        717.502,
        1829.036,
        3031.478,
        3498.283,
    ]
    assert all(0.8 * d <= p <= 1.2 * d for d, p in zip(delays, pauses, strict=True))


def test_b9_payments_that_an_outage_put_off_come_back_one_by_one():
    assert [pause_of(nth, poll_count=5) for nth in range(1, 6)] == [
        287.044,
        256.869,
        254.35,
        320.969,
        308.372,
    ]


@pytest.mark.parametrize(("left", "is_asked"), [(1, True), (0, False)])
def test_one_that_is_over_is_asked_about_while_money_may_come(left, is_asked):
    until = NOON + timedelta(seconds=left)
    payment = Payment(
        gateway="crypto", idempotency_key="T-1-1", state=State.EXPIRED, may_change_until=until
    )
    assert (next_poll_at(payment, NOON) is not None) == is_asked
