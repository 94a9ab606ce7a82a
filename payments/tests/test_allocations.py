"""A wire leaves suspense: credited, split, in another currency, sent back, undone, twice seen."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.models import Notification, OutgoingEmail
from billing.models import AccountKind, EntryKind, JournalEntry, Purse
from billing.services.reverse_entry import reverse_entry
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Conflict, InvalidInput, Refused
from commpeak.lib.money import Money
from payments.models import Allocation, Payment
from payments.selectors.top_up_progress import top_up_progress
from payments.selectors.wire_instructions import wire_reference
from payments.services.open_wire_top_up import open_wire_top_up
from payments.services.post_receipts import post_receipts
from payments.states import State
from payments.tests.builders import balance_of, make_customer, make_payment, usd
from payments.tests.receipt_builders import (
    balance_on,
    bank_account,
    credit,
    make_line,
    make_receipt,
    send_back,
    suspense,
    undo,
)
from payments.tests.refund_builders import spend
from payments.tests.wire_builders import make_wire
from tests.books import assert_books_prove

pytestmark = pytest.mark.django_db
Stage = Allocation.Stage


def test_a_wire_is_in_suspense_from_the_first_moment():
    receipt = make_receipt(usd("250.00"))

    assert receipt.entry.kind == EntryKind.SUSPENSE
    assert receipt.open_money == usd("250.00")
    assert suspense() == usd("250.00")
    assert balance_on(AccountKind.BANK, name=str(bank_account().pk)) == usd("-250.00")


def test_a_credit_moves_it_to_the_balance_and_the_top_up_is_paid():
    payment = make_wire()
    customer = payment.top_up.customer
    receipt = make_receipt(usd("100.00"))

    allocation = credit(receipt, payment.top_up)

    assert allocation.stage == Stage.DONE
    assert balance_of(customer) == usd("100.00")
    assert suspense() == usd("0")
    payment.refresh_from_db()
    assert payment.state == State.SUCCEEDED
    assert allocation.entry.kind == EntryKind.ASSIGNMENT
    receipt.refresh_from_db()
    assert receipt.open_amount == 0
    assert Notification.objects.get(customer=customer).title.startswith("100.00 USD")
    assert_books_prove()


def test_the_same_form_sent_twice_credits_once():
    payment, receipt, key = make_wire(), make_receipt(usd("100.00")), uuid4()

    first = credit(receipt, payment.top_up, usd("40.00"), request_key=key)
    second = credit(receipt, payment.top_up, usd("40.00"), request_key=key)

    assert first.pk == second.pk
    assert balance_of(payment.top_up.customer) == usd("40.00")


def test_a_form_sent_again_with_another_amount_is_a_conflict():
    payment, receipt, key = make_wire(), make_receipt(usd("100.00")), uuid4()
    credit(receipt, payment.top_up, usd("40.00"), request_key=key)

    with pytest.raises(Conflict):
        credit(receipt, payment.top_up, usd("60.00"), request_key=key)


def test_one_wire_is_split_over_two_customers():
    first, second, receipt = make_wire(), make_wire(), make_receipt(usd("150.00"))

    credit(receipt, first.top_up, usd("100.00"))
    credit(receipt, second.top_up, usd("50.00"))

    assert balance_of(first.top_up.customer) == usd("100.00")
    assert balance_of(second.top_up.customer) == usd("50.00")
    assert suspense() == usd("0")
    assert_books_prove()


def test_two_wires_are_joined_to_one_top_up():
    payment = make_wire()

    credit(make_receipt(usd("60.00")), payment.top_up)
    assert top_up_progress(payment.top_up).headline == "Paid in part"
    credit(make_receipt(usd("40.00")), payment.top_up)

    assert top_up_progress(payment.top_up).headline == "Paid"
    assert balance_of(payment.top_up.customer) == usd("100.00")


def test_more_than_the_wire_brought_is_refused():
    payment, receipt = make_wire(), make_receipt(usd("100.00"))
    credit(receipt, payment.top_up, usd("70.00"))

    with pytest.raises(Refused, match=r"Only 30\.00 USD"):
        credit(receipt, payment.top_up, usd("30.01"))


@pytest.mark.parametrize("amount", ["0", "-1.00", "0.001"])
def test_an_amount_that_cannot_be_paid_is_refused(amount):
    with pytest.raises(Refused):
        credit(make_receipt(), make_wire().top_up, usd(amount))


def test_a_late_wire_is_credited_to_a_top_up_that_has_expired():
    payment = make_wire()
    Payment.objects.filter(pk=payment.pk).update(state=State.EXPIRED)

    credit(make_receipt(usd("100.00")), payment.top_up)

    payment.refresh_from_db()
    assert payment.state == State.SUCCEEDED


def test_a_top_up_by_card_takes_no_wire():
    with pytest.raises(Refused, match="not by wire"):
        credit(make_receipt(), make_payment().top_up)


def test_a_wire_without_a_top_up_gets_one():
    customer, receipt, key = make_customer(), make_receipt(usd("80.00")), uuid4()
    facts = {"purse": Purse.SMS, "money": usd("80.00"), "request_key": key, "now": utc_now()}
    customer.sms_currency = "USD"
    customer.save()

    top_up = open_wire_top_up(customer=customer, **facts)
    assert open_wire_top_up(customer=customer, **facts) == top_up
    credit(receipt, top_up)

    assert balance_of(customer, Purse.SMS) == usd("80.00")


def test_a_balance_without_a_currency_gets_no_top_up():
    with pytest.raises(Refused, match="has not chosen"):
        open_wire_top_up(
            customer=make_customer(),
            purse=Purse.SMS,
            money=usd("80.00"),
            request_key=uuid4(),
            now=utc_now(),
        )


def test_another_currency_is_credited_at_the_bank_s_rate_with_both_sides_in_one_entry():
    payment = make_wire(money=usd("110.00"))
    receipt = make_receipt(Money(Decimal("100.00"), "EUR"))

    allocation = credit(receipt, payment.top_up, rate=Decimal("1.08345"))

    assert allocation.credited == usd("108.34")  # 108.345, half to even
    assert balance_of(payment.top_up.customer) == usd("108.34")
    assert suspense("EUR") == Money(Decimal(0), "EUR")
    assert balance_on(AccountKind.EXCHANGE, "EUR") == Money(Decimal("100.00"), "EUR")
    assert balance_on(AccountKind.EXCHANGE, "USD") == usd("-108.34")
    assert allocation.entry.posting_count == 4
    assert_books_prove()


def test_another_currency_without_a_rate_is_refused():
    with pytest.raises(Refused, match="rate"):
        credit(make_receipt(Money(Decimal("100.00"), "EUR")), make_wire().top_up)


def test_the_same_currency_with_a_rate_is_refused():
    with pytest.raises(Refused, match="No rate"):
        credit(make_receipt(), make_wire().top_up, rate=Decimal("1.1"))


def test_a_wire_sent_back_leaves_suspense_and_our_bank():
    receipt = make_receipt(usd("75.00"))

    allocation = send_back(receipt, usd("75.00"))

    assert allocation.entry.kind == EntryKind.RETURNED
    assert suspense() == usd("0")
    assert balance_on(AccountKind.BANK, name=str(bank_account().pk)) == usd("0")


def test_undoing_a_credit_opens_the_line_again_and_tells_the_customer():
    payment = make_wire()
    customer, receipt = payment.top_up.customer, make_receipt(usd("100.00"))
    allocation = undo(credit(receipt, payment.top_up))

    assert allocation.stage == Stage.UNDONE
    assert allocation.reversal.reverses_id == allocation.entry_id
    assert balance_of(customer) == usd("0")
    assert suspense() == usd("100.00")
    receipt.refresh_from_db()
    assert receipt.open_money == usd("100.00")
    payment.refresh_from_db()
    assert payment.state == State.PROCESSING
    assert OutgoingEmail.objects.filter(subject__contains="credited by mistake").count() == 1
    assert_books_prove()


def test_what_was_undone_can_be_credited_again():
    payment, other, receipt = make_wire(), make_wire(), make_receipt(usd("100.00"))
    undo(credit(receipt, payment.top_up))

    credit(receipt, other.top_up)
    credit(make_receipt(usd("100.00")), payment.top_up)

    assert balance_of(payment.top_up.customer) == usd("100.00")
    assert balance_of(other.top_up.customer) == usd("100.00")
    assert top_up_progress(payment.top_up).headline == "Paid"
    assert_books_prove()


def test_undoing_a_credit_that_was_spent_leaves_the_balance_below_zero():
    payment = make_wire()
    allocation = credit(make_receipt(usd("100.00")), payment.top_up)
    spend(payment.top_up.customer, "30.00")

    undo(allocation)

    assert balance_of(payment.top_up.customer) == usd("-30.00")


def test_undoing_twice_is_a_conflict():
    allocation = undo(credit(make_receipt(), make_wire().top_up))

    with pytest.raises(Conflict, match="undone"):
        undo(allocation)
    assert JournalEntry.objects.filter(kind=EntryKind.REVERSAL).count() == 1


def test_undoing_without_a_reason_is_refused():
    with pytest.raises(InvalidInput, match="Say why"):
        undo(credit(make_receipt(), make_wire().top_up), reason=" ")


def test_the_ledger_reverses_no_entry_of_a_wire_behind_its_back():
    receipt = make_receipt(usd("100.00"))
    parts = [credit(receipt, make_wire().top_up, usd("60.00")), send_back(receipt, usd("40.00"))]

    for entry_id in [receipt.entry_id, *(part.entry_id for part in parts)]:
        with pytest.raises(Refused, match="on the wire's page"):
            reverse_entry(entry_id=entry_id, actor="fin", reason="oops", now=utc_now())
    assert not JournalEntry.objects.filter(kind=EntryKind.REVERSAL).exists()


def test_a_return_that_bounced_is_undone_too():
    receipt = make_receipt(usd("75.00"))
    undo(send_back(receipt, usd("75.00")))

    assert suspense() == usd("75.00")


def test_the_same_line_twice_is_one_receipt_and_one_entry():
    """S12."""
    receipt = make_receipt(usd("100.00"))
    again = make_line(usd("100.00"), row_key=receipt.row_key, booked_on=date(2026, 5, 4))

    assert post_receipts(lines=[again], actor="x", now=utc_now()) == 0
    assert suspense() == usd("100.00")


class TestCustomersSide:
    """The status page follows a wire: announced, seen at our bank, credited."""

    def wire_of(self, payment):
        return make_receipt(payment.money, reference=wire_reference(payment.top_up))

    def test_a_wire_that_names_the_top_up_is_shown_before_it_is_credited(self):
        payment = make_wire()
        self.wire_of(payment)

        progress = top_up_progress(payment.top_up)
        assert progress.headline == "Arrived at our bank"
        assert "100.00 USD came on May 4, 2026." in progress.steps[1].text
        assert not progress.is_paid

    def test_it_is_shown_while_it_waits_for_a_second_person(self, settings):
        settings.SECOND_PERSON_ABOVE = {"USD": Decimal(1)}
        payment = make_wire()
        credit(make_receipt(payment.money), payment.top_up)

        assert top_up_progress(payment.top_up).headline == "Arrived at our bank"

    def test_and_then_it_is_paid(self):
        payment = make_wire()
        credit(self.wire_of(payment), payment.top_up)

        assert top_up_progress(payment.top_up).headline == "Paid"

    def test_another_customer_sees_nothing_of_it(self):
        payment, other = make_wire(), make_wire()
        self.wire_of(payment)

        assert top_up_progress(other.top_up).headline != "Arrived at our bank"
