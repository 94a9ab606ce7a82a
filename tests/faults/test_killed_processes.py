"""kill -9 at the worst moment: the money is credited all the same, and once.

Fault points are named places in the code (commpeak.lib.fault_points). A worker that is to die
as a whole runs without children (`--pool solo`), so that the point kills all of it.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from payments.models import Payment, WebhookEvent
from payments.states import State
from sandbox.testing import Sandbox
from tests.books import captures_of
from tests.customers import balance_of, make_customer, usd
from tests.faults.conftest import Checkout
from tests.http_customer import HttpCustomer
from tests.portal import KILLED, Portal
from tests.waiting import wait_until

pytestmark = pytest.mark.faults

SWEEP_SECONDS_IN_PRODUCTION = "15"


def assert_credited_once(checkout: Checkout, sandbox: Sandbox) -> None:
    """One charge at the gateway, one capture in our books, the balance to match."""
    [charge] = sandbox.charges_of(checkout.reference)
    assert captures_of(checkout.reference) == [("50.00 USD", f"card:capture:{charge['id']}")]
    assert balance_of(checkout.customer) == usd("50.00")


def is_paid(checkout: Checkout) -> bool:
    payment = Payment.objects.get(top_up__reference=checkout.reference)
    return payment.state == State.SUCCEEDED


def is_being_handled() -> bool:
    """A child has taken a message that the payment succeeded, and has not done with it."""
    claimed = WebhookEvent.objects.filter(event_type="payment_intent.succeeded", attempts=1)
    return claimed.filter(status="received").exists()


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.heart
def test_a_worker_killed_after_the_gateway_s_answer_and_an_emptied_broker_lose_nothing(
    portal: Portal, sandbox: Sandbox, check_out: Callable[[], Checkout]
) -> None:
    """A1, A7: with the sweeps of production, credited within 60 seconds."""
    checkout = check_out()
    portal.stop("beat", "worker")
    sandbox.pay(checkout.client_secret)
    sandbox.wait_for_webhooks()
    portal.start("worker", "--pool", "solo", FAULT_POINTS="after_gateway_answer")
    assert portal.wait_for_the_end_of("worker") == KILLED
    assert captures_of(checkout.reference) == []
    portal.empty_the_broker()

    portal.start("worker")
    portal.start("beat", SWEEP_SECONDS=SWEEP_SECONDS_IN_PRODUCTION)
    seconds = wait_until(lambda: is_paid(checkout), within_seconds=60, what="the credit")
    print(f"credited {seconds:.0f} seconds after the worker came back")  # noqa: T201
    assert_credited_once(checkout, sandbox)


def test_children_of_the_worker_killed_at_work_are_made_up_for(
    portal: Portal, sandbox: Sandbox, check_out: Callable[[], Checkout]
) -> None:
    """A4: the worker itself goes on with new children, and does their work again."""
    checkout = check_out()
    sandbox.wait_for_webhooks()
    wait_until(lambda: not WebhookEvent.objects.filter(due_at__isnull=False).exists())
    worker = portal.processes.running["worker"]
    before = children_of(worker.pid)
    sandbox.set_fault("slow", operation="payment_intents.retrieve", seconds=15, times=9)
    sandbox.pay(checkout.client_secret)
    wait_until(is_being_handled, what="a child that waits for the gateway")
    for child in before:
        os.kill(child, signal.SIGKILL)
    sandbox.clear_faults()
    wait_until(lambda: is_paid(checkout), what="the credit")
    assert_credited_once(checkout, sandbox)
    assert worker.poll() is None
    assert not set(before) & set(children_of(worker.pid))


def test_a_web_process_killed_before_it_reached_the_gateway_is_made_up_for(
    portal: Portal, sandbox: Sandbox
) -> None:
    """A2: the payment is committed; the poll starts it with the same key, and only once."""
    customer = make_customer()
    browser = HttpCustomer(portal, customer)
    portal.stop("web", "beat", "worker")
    portal.start("web", FAULT_POINTS="before_gateway_start")
    with pytest.raises(requests.ConnectionError):
        browser.check_out("50")
    payment = Payment.objects.get(top_up__customer=customer)
    assert (payment.state, payment.gateway_id) == (State.CREATED, "")
    assert sandbox.payments() == []

    portal.stop("web")
    portal.mend()
    reference = payment.top_up.reference
    wait_until(lambda: Payment.objects.get(pk=payment.pk).gateway_id, within_seconds=40)
    sandbox.pay(browser.client_secret(reference))
    checkout = Checkout(customer, reference, "")
    wait_until(lambda: is_paid(checkout), what="the credit")
    assert [one["metadata"]["reference"] for one in sandbox.payments()] == [reference]
    assert_credited_once(checkout, sandbox)


def test_a_web_process_killed_before_it_woke_a_worker_leaves_the_event_to_the_sweep(
    portal: Portal, sandbox: Sandbox, check_out: Callable[[], Checkout]
) -> None:
    """A14: the gateway got no answer and does not try again; the event is in the inbox."""
    checkout = check_out()
    sandbox.wait_for_webhooks()
    wait_until(lambda: not WebhookEvent.objects.filter(due_at__isnull=False).exists())
    portal.stop("beat", "web")
    portal.start("web", FAULT_POINTS="after_webhook_stored")
    sandbox.pay(checkout.client_secret)
    sandbox.wait_for_webhooks()
    unanswered = sandbox.deliveries(checkout.reference, event_type="payment_intent.succeeded")
    assert [delivery["attempts"][0]["status"] for delivery in unanswered] == [0]
    assert WebhookEvent.objects.filter(status="received").exists()
    assert not is_paid(checkout)

    portal.start("beat")
    wait_until(lambda: is_paid(checkout), what="the credit")
    assert_credited_once(checkout, sandbox)
