"""kill -9 just before and just after PayPal takes the money: it is taken once (A1, A2, B6)."""

import os
import signal
from collections.abc import Callable

import pytest
from django.db import connection

from payments.tests.builders import balance_of, entries_of, sync, usd
from payments.tests.paypal import agree, make_paypal_payment


def signal_at(point: str, work: Callable[[], object]) -> int:
    """The signal that ends a copy of this process, which works until that fault point.

    A copy costs milliseconds and has the test's settings; the real worker that dies is in
    tests/faults. It has to connect to the database anew, and never says goodbye on the
    connection that is ours.
    """
    child = os.fork()
    if not child:
        os.environ["FAULT_POINTS"] = point
        _ours, connection.connection = connection.connection, None
        try:
            work()
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    return os.WTERMSIG(status)


@pytest.mark.django_db(transaction=True)
def test_a1_a2_b6_a_worker_killed_around_the_capture_takes_and_credits_once(paypal):
    for point, taken in [
        ("before_gateway_advance", []),
        ("after_gateway_advance", ["COMPLETED"]),
    ]:
        payment = make_paypal_payment()
        agree(paypal, payment)
        assert signal_at(point, lambda paid=payment: sync(paid)) == signal.SIGKILL
        assert paypal.paypal_order(payment.gateway_id)["capture_statuses"] == taken
        assert entries_of(payment) == []

        sync(payment)
        assert paypal.paypal_order(payment.gateway_id)["capture_statuses"] == ["COMPLETED"]
        assert [kind for kind, _source in entries_of(payment)] == ["top_up"]
        assert balance_of(payment.top_up.customer) == usd("50.00")
