"""The brake on trying out stolen cards (S9): cards and addresses, over all customers.

A payment's and a customer's own refusals: test_sync_payment.
"""

from datetime import datetime, timedelta
from itertools import count

import pytest

from commpeak.lib.clock import utc_now
from payments.models import Decline, Payment
from payments.selectors.declines import (
    DECLINES_PER_ADDRESS_PER_HOUR_MAX,
    DECLINES_PER_CARD_PER_DAY_MAX,
    has_too_many_declines,
)
from payments.tests.builders import make_payment

pytestmark = pytest.mark.django_db
_ids = (f"ch_{n}" for n in count(1))


def decline(payment: Payment, times: int, *, card: str = "", at: datetime | None = None) -> None:
    Decline.objects.bulk_create(
        Decline(
            payment=payment,
            object_id=next(_ids),
            kind=Decline.Kind.HARD,
            code="stolen_card",
            fingerprint=card,
            created_at=at or utc_now(),
        )
        for _ in range(times)
    )


def is_stopped(payment: Payment) -> bool:
    return has_too_many_declines(payment=payment, now=utc_now())


def test_a_card_is_stopped_after_eight_declines_in_a_day_whoever_tries_it():
    payment, another = make_payment(), make_payment()
    decline(payment, 1, card="fp_stolen")
    decline(another, DECLINES_PER_CARD_PER_DAY_MAX - 2, card="fp_stolen")
    decline(another, 1, card="fp_stolen", at=utc_now() - timedelta(hours=25))
    decline(another, 1, card="fp_other")
    assert not is_stopped(payment)
    decline(another, 1, card="fp_stolen")
    assert is_stopped(payment)


def test_refusals_without_a_fingerprint_are_not_taken_for_one_card():
    payment = make_payment()
    decline(payment, 1)
    decline(make_payment(), DECLINES_PER_CARD_PER_DAY_MAX)
    assert not is_stopped(payment)


def test_whoever_was_refused_is_stopped_by_their_neighbours_refusals_and_nobody_else():
    """An IPv6 neighbour has the same network; limits of payments and customers do not help them."""
    refused, paying = (make_payment(ip_address="2001:db8::7") for _ in range(2))
    neighbour = make_payment(ip_address="2001:db8::ffff:1")
    decline(neighbour, DECLINES_PER_ADDRESS_PER_HOUR_MAX - 1)
    assert not is_stopped(refused)
    decline(refused, 1)
    assert is_stopped(refused)
    assert not is_stopped(paying)
