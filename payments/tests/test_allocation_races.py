"""Two members of staff at the same wire, on two real connections (S11): one posting."""

from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.tests.builders import make_user
from billing.models import Balance, EntryKind, JournalEntry, Purse
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Conflict
from payments.models import Allocation, Payment, Receipt
from payments.selectors.whose import CreditOrder, Whose
from payments.services.credit_wire import credit_wire
from payments.services.decide_allocation import decide_allocation
from payments.services.move_allocation import move_allocation
from payments.services.post_receipts import post_receipts
from payments.services.undo_allocation import undo_allocation
from payments.tests.builders import balance_of, usd
from payments.tests.receipt_builders import credit, make_line, make_receipt
from payments.tests.wire_builders import make_wire
from tests.books import assert_books_prove
from tests.racing import at_once, refusals, while_held

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


def order_by_number(customer, receipt, amount: str) -> CreditOrder:
    """To the balance, without a top-up: one is opened."""
    whose = Whose(customer, Purse.VOICE, None)
    return CreditOrder(receipt.pk, whose, usd(amount), None, uuid4())


def credit_to_a_new_top_up(order: CreditOrder, clerk):
    return lambda: credit_wire(order=order, actor=clerk, reason="", now=utc_now())


def locked(rows) -> list:
    return list(rows.select_for_update(of=("self",)))


def test_an_open_and_a_new_top_up_of_one_customer_share_a_wire_without_a_deadlock():
    payment, receipt = make_wire(), make_receipt(usd("100.00"))
    customer, clerks = payment.top_up.customer, [make_user(is_staff=True) for _ in range(2)]

    while_held(
        lambda: locked(Receipt.objects.filter(pk=receipt.pk)),
        lambda: credit(receipt, payment.top_up, usd("30.00"), actor=clerks[0]),
        credit_to_a_new_top_up(order_by_number(customer, receipt, "40.00"), clerks[1]),
    )

    assert balance_of(customer) == usd("70.00")
    assert_books_prove()


def test_two_wires_of_one_customer_are_credited_without_a_deadlock():
    payment, first, second = make_wire(), make_receipt(usd("30.00")), make_receipt(usd("40.00"))
    customer, clerks = payment.top_up.customer, [make_user(is_staff=True) for _ in range(2)]

    while_held(
        lambda: locked(Balance.objects.filter(account__customer=customer)),
        lambda: credit(first, payment.top_up, actor=clerks[0]),
        credit_to_a_new_top_up(order_by_number(customer, second, "40.00"), clerks[1]),
    )

    assert balance_of(customer) == usd("70.00")
    assert_books_prove()


def move(allocation, payment, clerk):
    return lambda: move_allocation(
        allocation_id=allocation.pk,
        whose=Whose(payment.top_up.customer, Purse.VOICE, payment.top_up),
        rate=None,
        actor=clerk,
        reason="swapped",
        request_key=uuid4(),
        now=utc_now(),
    )


def test_two_moves_in_opposite_directions_swap_without_a_deadlock():
    wires, clerk = [make_wire(), make_wire()], make_user(is_staff=True)
    amounts = [usd("30.00"), usd("40.00")]
    given = [
        credit(make_receipt(money), wire.top_up) for wire, money in zip(wires, amounts, strict=True)
    ]

    while_held(
        lambda: locked(Payment.objects.all()),
        move(given[0], wires[1], clerk),
        move(given[1], wires[0], clerk),
    )

    assert [balance_of(wire.top_up.customer) for wire in wires] == amounts[::-1]
    assert_books_prove()


def test_a_move_sent_twice_at_once_moves_once():
    wrong, right, clerk = make_wire(), make_wire(), make_user(is_staff=True)
    allocation, key = credit(make_receipt(usd("100.00")), wrong.top_up), uuid4()
    whose = Whose(right.top_up.customer, Purse.VOICE, right.top_up)
    facts = {"whose": whose, "rate": None, "actor": clerk, "reason": "wrong", "request_key": key}

    moved = while_held(
        lambda: locked(Receipt.objects.all()),
        *[
            lambda: move_allocation(allocation_id=allocation.pk, now=utc_now(), **facts)
            for _click in range(2)
        ],
    )

    assert moved[0] == moved[1]
    assert balance_of(right.top_up.customer) == usd("100.00")
