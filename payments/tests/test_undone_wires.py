"""What becomes of a top-up by wire once its only credit was undone."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.models import OutgoingEmail
from accounts.tests.builders import make_user
from billing.models import Purse
from commpeak.lib.clock import utc_now
from payments.models import Allocation, Payment, TopUp
from payments.selectors.money_under_way import money_under_way
from payments.selectors.whose import CreditOrder, Whose
from payments.services.credit_wire import credit_wire
from payments.services.decide_allocation import decide_allocation
from payments.services.move_allocation import move_allocation
from payments.services.sync_payment import sync_payment
from payments.services.undo_allocation import undo_allocation
from payments.states import State
from payments.tests.builders import POLL, balance_of, make_customer, usd
from payments.tests.receipt_builders import credit, make_receipt
from payments.tests.wire_builders import announce, make_wire

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def credit_by_number(customer) -> Allocation:
    """To a balance without a top-up: one is opened for it."""
    whose = Whose(customer, Purse.VOICE, None)
    order = CreditOrder(make_receipt().pk, whose, usd("100.00"), None, uuid4())
    return credit_wire(order=order, actor=make_user(is_staff=True), reason="", now=utc_now())


def undo(allocation: Allocation) -> None:
    undo_allocation(
        allocation_id=allocation.pk,
        actor=make_user(is_staff=True),
        reason="not theirs",
        now=utc_now(),
    )


def payment_of(top_up: TopUp | None) -> Payment:
    return Payment.objects.get(top_up=top_up)


def state_after(days: int, payment: Payment) -> str:
    sync_payment(payment_id=payment.pk, source=POLL, now=payment.created_at + days * DAY)
    payment.refresh_from_db()
    return payment.state


def test_one_that_staff_opened_is_over_at_once():
    customer = make_customer()
    allocation = credit_by_number(customer)

    undo(allocation)

    under_way = money_under_way(
        customer=customer, purse=Purse.VOICE, currency="USD", now=utc_now() + DAY
    )
    assert (payment_of(allocation.top_up).state, under_way) == (State.EXPIRED, usd("0"))


def test_its_customer_is_told_of_the_mistake_and_of_no_failure():
    undo(credit_by_number(make_customer()))

    subjects = OutgoingEmail.objects.order_by("pk").values_list("subject", flat=True)
    assert [subject.partition("USD ")[2] for subject in subjects] == [
        "received for your Voice balance",
        "was credited by mistake",
    ]


def test_one_that_staff_opened_is_over_when_its_credit_is_moved():
    allocation, right = credit_by_number(make_customer()), make_customer()

    move_allocation(
        allocation_id=allocation.pk,
        whose=Whose(right, Purse.VOICE, None),
        rate=None,
        actor=make_user(is_staff=True),
        reason="not theirs",
        request_key=uuid4(),
        now=utc_now(),
    )

    assert payment_of(allocation.top_up).state == State.EXPIRED
    assert balance_of(right) == usd("100.00")


def test_the_right_wire_is_credited_to_one_that_is_over():
    allocation = credit_by_number(make_customer())
    undo(allocation)

    credit(make_receipt(), allocation.top_up)

    assert payment_of(allocation.top_up).state == State.SUCCEEDED


def test_one_that_its_customer_opened_waits_for_the_right_wire_until_it_is_overdue():
    payment = make_wire()
    undo(credit(make_receipt(), payment.top_up))

    assert state_after(30, payment) == State.PROCESSING
    assert state_after(31, payment) == State.EXPIRED


@pytest.mark.parametrize("days", [1, 60])
def test_one_that_its_customer_announced_goes_on_waiting(days):
    payment = make_wire()
    announce(payment)
    undo(credit(make_receipt(), payment.top_up))

    assert state_after(days, payment) == State.PROCESSING


def test_one_that_staff_opened_goes_on_waiting_once_its_customer_has_announced_a_wire(settings):
    settings.SECOND_PERSON_ABOVE = {"USD": Decimal(50)}
    allocation = credit_by_number(make_customer())
    payment = payment_of(allocation.top_up)
    announce(payment)
    decide_allocation(
        allocation_id=allocation.pk,
        approve=True,
        actor=make_user(is_staff=True),
        reason="",
        now=utc_now(),
    )

    undo(allocation)

    assert state_after(60, payment) == State.PROCESSING
