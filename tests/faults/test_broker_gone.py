"""The broker only wakes work up: emptied, frozen or doubled it changes nothing."""

from collections.abc import Callable

import pytest

from payments.models import Payment, WebhookEvent
from payments.states import State
from sandbox.testing import Sandbox
from tests.books import captures_of
from tests.customers import balance_of, make_customer, usd
from tests.faults.conftest import Checkout
from tests.http_customer import HttpCustomer
from tests.portal import Portal
from tests.waiting import wait_until

pytestmark = pytest.mark.faults

PAYERS = 10
WEB_SECONDS_MAX = 3


def paid_count() -> int:
    return Payment.objects.filter(state=State.SUCCEEDED).count()


def nothing_is_due() -> bool:
    return not WebhookEvent.objects.filter(due_at__isnull=False).exists()


def webhook_answers(sandbox: Sandbox) -> set[int]:
    deliveries = sandbox.deliveries()
    return {attempt["status"] for delivery in deliveries for attempt in delivery["attempts"]}


def test_webhooks_queued_in_a_broker_that_loses_everything_are_found_again(
    portal: Portal, sandbox: Sandbox, check_out: Callable[[], Checkout]
) -> None:
    """A7: no worker runs meanwhile; then the sweep alone tells the new one what to do."""
    checkouts = [check_out() for _ in range(PAYERS)]
    portal.stop("beat", "worker")
    for checkout in checkouts:
        sandbox.pay(checkout.client_secret)
    sandbox.wait_for_webhooks(60)
    queued = WebhookEvent.objects.filter(status="received").count()
    assert queued >= 2 * PAYERS
    portal.empty_the_broker()

    portal.mend()
    wait_until(nothing_is_due, within_seconds=60, what=f"{queued} webhooks")
    assert [balance_of(checkout.customer) for checkout in checkouts] == [usd("50.00")] * PAYERS
    assert [len(captures_of(checkout.reference)) for checkout in checkouts] == [1] * PAYERS


@pytest.mark.parametrize("trouble", ["frozen_broker", "stopped_broker"])
def test_customers_pay_on_without_a_broker(
    portal: Portal, sandbox: Sandbox, check_out: Callable[[], Checkout], trouble: str
) -> None:
    """A8, A9: pages and webhooks are answered in time; the credit follows when it is back.

    kombu 5.7 ends a worker that holds a message when the broker goes away, so ended processes
    are started again here, as a supervisor does.
    """
    browser = HttpCustomer(portal, make_customer())
    checkout = check_out()
    sandbox.wait_for_webhooks()
    with getattr(portal, trouble)():
        sandbox.pay(checkout.client_secret)
        answers = [  # the best of three: the machine may stall, the portal must not
            min((browser.get(path) for _ in range(3)), key=lambda answer: answer.elapsed)
            for path in ("/", "/topup/?purse=voice", "/profile/")
        ]
        browser.check_out("20")
        sandbox.wait_for_webhooks(30)
    assert {answer.status_code for answer in answers} == {200}
    assert max(answer.elapsed.total_seconds() for answer in answers) < WEB_SECONDS_MAX
    assert webhook_answers(sandbox) == {200}
    wait_until(
        lambda: portal.mend() or paid_count() == 1, within_seconds=60, what="the credit afterwards"
    )
    assert balance_of(checkout.customer) == usd("50.00")


def test_two_beats_and_twice_every_webhook_credit_once(
    portal: Portal, sandbox: Sandbox, check_out: Callable[[], Checkout]
) -> None:
    """A13, W1: a second beat sweeps too, and the gateway says everything three times."""
    portal.processes.start("second beat", portal.command("beat", "second-schedule"))
    sandbox.set_fault("webhook_doubled", copies=3)
    checkouts = [check_out() for _ in range(3)]
    for checkout in checkouts:
        sandbox.pay(checkout.client_secret)
    wait_until(lambda: paid_count() == 3, what="the credits")
    sandbox.wait_for_webhooks()
    wait_until(nothing_is_due, what="the copies")
    portal.stop("second beat")
    assert [len(captures_of(checkout.reference)) for checkout in checkouts] == [1] * 3
    assert [balance_of(checkout.customer) for checkout in checkouts] == [usd("50.00")] * 3
