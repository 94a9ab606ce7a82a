"""verify_ledger also proves that payments and the ledger tell the same story."""

import pytest
from django.db import connection

from billing.models import EntryKind, Purse
from billing.selectors.customer_account import customer_account
from billing.selectors.verify import verify_ledger
from billing.services.post_gateway_money import post_gateway_money
from billing.services.post_reversal import post_reversal
from payments.gateways.base import Snapshot
from payments.models import Payment, PaymentFact
from payments.services.apply_snapshot import apply_snapshot
from payments.states import FactKind
from payments.tests.builders import NOON, POLL, make_customer, make_payment, observed, usd
from payments.tests.receipt_builders import credit, make_receipt
from payments.tests.wire_builders import make_wire

pytestmark = pytest.mark.django_db


def faults() -> list[str]:
    return [fault for finding in verify_ledger() for fault in finding.faults]


def paid_payment() -> Payment:
    payment = make_payment(money=usd("100.00"))
    facts = (
        observed(FactKind.CAPTURE, "ch_1", usd("100.00")),
        observed(FactKind.REFUND, "re_1", usd("30.00")),
        observed(FactKind.DISPUTE, "dp_1", usd("70.00")),
        observed(FactKind.DISPUTE_LOST, "dp_1", usd("70.00")),
    )
    snapshot = Snapshot(gateway_id="pi_1", key=payment.idempotency_key, facts=facts)
    apply_snapshot(payment_id=payment.pk, snapshot=snapshot, asked_at=NOON, source=POLL, now=NOON)
    return payment


def tamper(sql: str) -> None:
    """As a superuser who switches the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_the_books_prove_after_payments_of_every_kind():
    paid_payment()
    parked = make_payment()
    snapshot = Snapshot(
        gateway_id="pi_2",
        key=parked.idempotency_key,
        facts=(observed(FactKind.CAPTURE, "ch_2", usd("1.00")),),
    )
    apply_snapshot(payment_id=parked.pk, snapshot=snapshot, asked_at=NOON, source=POLL, now=NOON)
    assert faults() == []


def test_a_payment_set_to_paid_by_hand_is_named():
    payment = make_payment()
    Payment.objects.filter(pk=payment.pk).update(state="succeeded")
    assert faults() == [
        f"payment {payment.pk} ({payment.idempotency_key}) is succeeded with 0 captures"
    ]


def test_a_fact_whose_amount_was_changed_is_named():
    payment = paid_payment()
    tamper("UPDATE payments_paymentfact SET amount = 101 WHERE kind = 'capture'")
    [fault] = faults()
    assert fault == (
        f"fact capture ch_1 of payment {payment.pk} says 101.000000 USD, "
        "entry card:capture:ch_1 posts 100.000000"
    )


def test_a_capture_credited_to_another_customer_is_named():
    payment = make_payment(money=usd("100.00"))
    posted = post_gateway_money(
        kind=EntryKind.TOP_UP,
        account_id=customer_account(customer=make_customer(), purse=Purse.VOICE).pk,
        money=usd("100.00"),
        gateway="card",
        source="card:capture:ch_1",
        occurred_at=NOON,
        actor="gateway:card",
        memo="",
    )
    PaymentFact.objects.create(
        payment=payment,
        gateway="card",
        kind=FactKind.CAPTURE,
        object_id="ch_1",
        amount=100,
        currency="USD",
        entry_id=posted.entry_id,
        occurred_at=NOON,
    )
    Payment.objects.filter(pk=payment.pk).update(state="succeeded")
    assert faults() == [
        f"fact capture ch_1 of payment {payment.pk} says 100.000000 USD, "
        "entry card:capture:ch_1 posts nothing"
    ]


def test_a_credit_in_a_gateways_name_without_a_payment_is_named():
    posted = post_gateway_money(
        kind=EntryKind.TOP_UP,
        account_id=customer_account(customer=make_customer(), purse=Purse.VOICE).pk,
        money=usd("5.00"),
        gateway="card",
        source="card:capture:ch_9",
        occurred_at=NOON,
        actor="gateway:card",
        memo="",
    )
    assert faults() == [f"entry {posted.entry_id} (card:capture:ch_9) belongs to no payment"]


def test_a_wire_that_hides_some_of_its_money_is_named():
    receipt = make_receipt(usd("100.00"))
    credit(receipt, make_wire().top_up, usd("60.00"))
    tamper(f"UPDATE payments_receipt SET open_amount = 30 WHERE id = {receipt.pk}")

    assert faults() == [
        f"wire {receipt.pk} says 30.000000 is left of 100.000000, 60.000000 was given out"
    ]


def test_a_wire_that_was_booked_with_another_amount_is_named():
    receipt = make_receipt(usd("100.00"))
    tamper(f"UPDATE payments_receipt SET amount = 99, open_amount = 99 WHERE id = {receipt.pk}")

    assert faults() == [
        f"wire {receipt.pk} of 99.000000 USD: entry {receipt.entry_id} has 100.000000 in suspense"
    ]


def test_an_allocation_of_another_amount_than_its_entry_is_named():
    allocation = credit(make_receipt(usd("100.00")), make_wire().top_up)
    tamper(f"UPDATE payments_allocation SET amount = 70 WHERE id = {allocation.pk}")
    tamper("UPDATE payments_receipt SET open_amount = 30")

    assert faults() == [
        f"allocation {allocation.pk} of 70.000000: entry {allocation.entry_id} takes 100.000000 "
        "out of suspense, reversal none"
    ]


def reverse_behind_its_back(entry_id: int) -> int:
    posted = post_reversal(entry_id=entry_id, actor="fin", reason="oops", now=NOON)
    return posted.entry_id


def test_a_wire_s_entry_that_was_reversed_is_named():
    receipt = make_receipt(usd("100.00"))
    reversal = reverse_behind_its_back(receipt.entry_id)

    assert faults() == [
        f"wire {receipt.pk}: its entry {receipt.entry_id} is reversed by entry {reversal}"
    ]


def test_a_credit_of_a_wire_that_was_reversed_and_not_undone_is_named():
    allocation = credit(make_receipt(usd("100.00")), make_wire().top_up)
    reversal = reverse_behind_its_back(allocation.entry_id)

    assert faults() == [
        f"allocation {allocation.pk}: its entry {allocation.entry_id} is reversed by entry "
        f"{reversal}, it says by none"
    ]
