"""Two members of staff at the same wire, on two real connections (S11): one posting."""

from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.tests.builders import make_user
from billing.models import EntryKind, JournalEntry
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Conflict
from payments.models import Allocation, Receipt
from payments.services.decide_allocation import decide_allocation
from payments.services.post_receipts import post_receipts
from payments.services.undo_allocation import undo_allocation
from payments.tests.builders import balance_of, usd
from payments.tests.receipt_builders import credit, make_line, make_receipt
from payments.tests.wire_builders import make_wire
from tests.books import assert_books_prove
from tests.racing import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True)


def decide(allocation, actor):
    return lambda: decide_allocation(
        allocation_id=allocation.pk, approve=True, actor=actor, reason="", now=utc_now()
    )


def test_two_who_approve_at_once_give_one_posting_and_the_second_is_told(settings):
    settings.SECOND_PERSON_ABOVE = {"USD": Decimal(100)}
    payment = make_wire(money=usd("150.00"))
    allocation = credit(make_receipt(usd("150.00")), payment.top_up)
    approvers = [make_user(is_staff=True) for _ in range(2)]

    results = at_once(*[decide(allocation, approver) for approver in approvers])

    assert refusals(results) == ["Conflict"]
    (told,) = (one for one in results if isinstance(one, Conflict))
    allocation.refresh_from_db()
    assert str(allocation.decided_by) in told.user_text
    assert balance_of(payment.top_up.customer) == usd("150.00")
    assert JournalEntry.objects.filter(kind=EntryKind.ASSIGNMENT).count() == 1
    assert_books_prove()


def test_two_who_credit_the_same_wire_to_two_customers_give_it_out_once():
    receipt, wires = make_receipt(usd("100.00")), [make_wire(), make_wire()]
    clerks = [make_user(is_staff=True) for _ in range(2)]

    results = at_once(
        *[
            lambda wire=wire, clerk=clerk: credit(receipt, wire.top_up, actor=clerk)
            for wire, clerk in zip(wires, clerks, strict=True)
        ]
    )

    assert refusals(results) == ["Refused"]
    assert Receipt.objects.get().open_amount == 0
    assert_books_prove()


def test_the_same_form_sent_twice_at_once_credits_once():
    receipt, payment, key = make_receipt(usd("100.00")), make_wire(), uuid4()
    clerk = make_user(is_staff=True)

    at_once(
        *[
            lambda: credit(receipt, payment.top_up, usd("40.00"), actor=clerk, request_key=key)
            for _click in range(2)
        ]
    )

    assert balance_of(payment.top_up.customer) == usd("40.00")


def test_two_who_undo_at_once_reverse_once():
    allocation = credit(make_receipt(usd("100.00")), make_wire().top_up)
    people = [make_user(is_staff=True) for _ in range(2)]

    results = at_once(
        *[
            lambda person=person: undo_allocation(
                allocation_id=allocation.pk, actor=person, reason="wrong", now=utc_now()
            )
            for person in people
        ]
    )

    assert refusals(results) == ["Conflict"]
    assert JournalEntry.objects.filter(kind=EntryKind.REVERSAL).count() == 1
    assert_books_prove()


def test_two_workers_that_post_the_same_lines_at_once_post_each_once():
    """S12: the same statement uploaded twice and posted by two workers."""
    lines = [make_line(usd("10.00"), row_key=f"same-{number % 3}") for number in range(6)]

    results = at_once(
        *[
            lambda half=half: post_receipts(lines=half, actor="clerk", now=utc_now())
            for half in (lines[:3], lines[3:])
        ]
    )

    assert refusals(results) == []
    assert Receipt.objects.count() == 3
    assert JournalEntry.objects.filter(kind=EntryKind.SUSPENSE).count() == 3
    assert not Allocation.objects.exists()
    assert_books_prove()
