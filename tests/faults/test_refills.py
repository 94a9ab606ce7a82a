"""Automatic refill with processes killed and the broker gone: one need is one charge."""

from collections.abc import Iterator

import pytest

from billing.tests.builders import spend, top_up
from payments.models import Payment
from payments.models.refill import AutoRefillRule, RefillAttempt
from payments.states import State
from payments.tests.refill_builders import charged_at, make_rule
from sandbox.testing import Sandbox
from tests.customers import balance_of, make_customer, usd
from tests.portal import KILLED, Portal
from tests.waiting import wait_until

pytestmark = pytest.mark.faults


@pytest.fixture
def rule(portal: Portal, sandbox: Sandbox, sandbox_settings: None) -> Iterator[AutoRefillRule]:
    """On, with 25.00 on the balance. The refill process is started by the tests."""
    customer = make_customer()
    top_up(customer, "25")
    yield make_rule(sandbox, customer=customer)
    if "refill" in portal.processes.running:
        portal.stop("refill")
    portal.mend()


def is_refilled(rule: AutoRefillRule) -> bool:
    return balance_of(rule.customer) == usd("65.00")


def test_a_process_killed_between_slot_and_charge_is_made_up_for(
    portal: Portal, sandbox: Sandbox, rule: AutoRefillRule
):
    """A2: the slot, the top-up and the payment are committed; the poll charges, once."""
    portal.stop("beat", "worker")
    portal.start("refill", FAULT_POINTS="after_refill_slot")
    spend(rule.customer, "10")
    assert portal.wait_for_the_end_of("refill") == KILLED
    assert charged_at(sandbox) == []
    assert Payment.objects.get().state == State.CREATED
    portal.mend()
    wait_until(lambda: is_refilled(rule), within_seconds=60, what="the refill")
    assert charged_at(sandbox) == [usd("50.00")]
    wait_until(lambda: RefillAttempt.objects.get().state == "done", what="the slot")


def test_without_a_broker_the_refill_process_charges_on(
    portal: Portal, sandbox: Sandbox, rule: AutoRefillRule
):
    """A9, A13: neither worker nor beat nor broker, and still within a minute."""
    portal.stop("beat", "worker")
    portal.start("refill")
    with portal.stopped_broker():
        spend(rule.customer, "10")
        seconds = wait_until(lambda: is_refilled(rule), within_seconds=60, what="the refill")
    print(f"charged {seconds:.1f} seconds after the debit")  # noqa: T201
    assert charged_at(sandbox) == [usd("50.00")]
