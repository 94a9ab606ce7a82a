"""S11: above the limit another person confirms what is done with a wire."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.tests.builders import make_user
from commpeak.lib.errors import Conflict, InvalidInput, Refused
from commpeak.lib.money import Money
from payments.models import Allocation
from payments.tests.builders import balance_of, usd
from payments.tests.receipt_builders import credit, decide, make_receipt, send_back, suspense, undo
from payments.tests.wire_builders import make_wire

pytestmark = pytest.mark.django_db
Stage = Allocation.Stage


@pytest.fixture(autouse=True)
def limit(settings):
    settings.SECOND_PERSON_ABOVE = {"USD": Decimal(100)}


def test_up_to_the_limit_one_person_is_enough():
    allocation = credit(make_receipt(usd("100.00")), make_wire(money=usd("100.00")).top_up)

    assert (allocation.stage, allocation.needs_second) == (Stage.DONE, False)


def test_above_it_nothing_is_posted_and_the_money_is_held():
    payment, receipt = make_wire(money=usd("100.01")), make_receipt(usd("100.01"))
    allocation = credit(receipt, payment.top_up)

    assert (allocation.stage, allocation.needs_second) == (Stage.WAITING, True)
    assert balance_of(payment.top_up.customer) == usd("0")
    assert suspense() == usd("100.01")
    receipt.refresh_from_db()
    assert receipt.open_amount == 0


def test_parts_of_one_wire_add_up():
    top_up, receipt = make_wire(money=usd("300.00")).top_up, make_receipt(usd("300.00"))

    parts = [credit(receipt, top_up, usd("60.00")), credit(receipt, top_up, usd("60.00"))]

    assert [part.stage for part in parts] == [Stage.DONE, Stage.WAITING]
    assert balance_of(top_up.customer) == usd("60.00")


def test_what_is_sent_back_adds_up_with_what_is_credited():
    receipt = make_receipt(usd("120.00"))
    credit(receipt, make_wire().top_up, usd("60.00"))

    assert send_back(receipt, usd("60.00")).stage == Stage.WAITING


def test_what_a_second_person_has_confirmed_does_not_add_up():
    top_up, receipt = make_wire(money=usd("300.00")).top_up, make_receipt(usd("300.00"))
    decide(credit(receipt, top_up, usd("200.00")))

    assert credit(receipt, top_up, usd("100.00")).stage == Stage.DONE


def test_what_was_undone_does_not_add_up():
    top_up, receipt = make_wire().top_up, make_receipt(usd("100.00"))
    undo(credit(receipt, top_up))

    assert credit(receipt, top_up).stage == Stage.DONE


def test_another_wire_does_not_add_up():
    wires = [make_receipt(usd("100.00")), make_receipt(usd("100.00"))]
    top_up = make_wire(money=usd("200.00")).top_up

    assert [credit(wire, top_up).stage for wire in wires] == [Stage.DONE, Stage.DONE]


def test_a_rate_carries_no_credit_past_it(settings):
    settings.SECOND_PERSON_ABOVE = {"USD": Decimal(100), "EUR": Decimal(100)}
    top_up, receipt = make_wire().top_up, make_receipt(Money(Decimal("90.00"), "EUR"))

    assert credit(receipt, top_up, rate=Decimal(50)).stage == Stage.WAITING
    assert balance_of(top_up.customer) == usd("0")


def test_what_is_credited_at_a_rate_adds_up(settings):
    settings.SECOND_PERSON_ABOVE = {"USD": Decimal(100), "EUR": Decimal(100)}
    top_up, euro = make_wire().top_up, Money(Decimal("30.00"), "EUR")
    receipt = make_receipt(euro + euro)

    parts = [credit(receipt, top_up, euro, rate=Decimal(2)) for _part in range(2)]

    assert [part.stage for part in parts] == [Stage.DONE, Stage.WAITING]


def test_a_second_person_posts_it():
    payment = make_wire(money=usd("150.00"))
    allocation = decide(credit(make_receipt(usd("150.00")), payment.top_up))

    assert allocation.stage == Stage.DONE
    assert balance_of(payment.top_up.customer) == usd("150.00")


def test_nobody_confirms_their_own():
    clerk = make_user(is_staff=True)
    allocation = credit(make_receipt(usd("150.00")), make_wire().top_up, actor=clerk)

    with pytest.raises(Refused, match="yourself"):
        decide(allocation, actor=clerk)


def test_not_even_in_raw_sql():
    allocation = credit(make_receipt(usd("150.00")), make_wire().top_up)
    entry = make_receipt(usd("1.00")).entry

    with (
        pytest.raises(IntegrityError, match="allocation_is_confirmed_by_another_person"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE payments_allocation SET stage = 'done', entry_id = %s, decided_at = now(),"
            " decided_by_id = proposed_by_id WHERE id = %s",
            [entry.pk, allocation.pk],
        )


def test_declining_gives_the_money_free():
    receipt = make_receipt(usd("150.00"))
    allocation = credit(receipt, make_wire().top_up)
    decide(allocation, approve=False, reason="wrong customer")

    receipt.refresh_from_db()
    assert receipt.open_money == usd("150.00")


def test_declining_without_a_reason_is_refused():
    allocation = credit(make_receipt(usd("150.00")), make_wire().top_up)

    with pytest.raises(InvalidInput, match="Say why"):
        decide(allocation, approve=False)


def test_who_comes_second_is_told_who_was_faster():
    approver = make_user(is_staff=True)
    allocation = credit(make_receipt(usd("150.00")), make_wire().top_up)
    decide(allocation, actor=approver)

    with pytest.raises(Conflict, match=approver.email):
        decide(allocation)
