"""Every order of a gateway's answers, with repetitions and losses, leads to the same books."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from billing.models import Posting
from commpeak.lib.money import Money
from payments.gateways.base import ObservedDecline, Snapshot
from payments.models import PaymentEvent, PaymentFact
from payments.services.apply_snapshot import apply_snapshot
from payments.states import FactKind, State
from payments.tests.builders import NOON, POLL, make_payment, observed, usd
from payments.tests.orders import outcomes_of_every_order

pytestmark = pytest.mark.django_db

CAPTURE = observed(FactKind.CAPTURE, "ch_1", usd("100.00"))
REFUND = observed(FactKind.REFUND, "re_1", usd("30.00"))
DISPUTE = observed(FactKind.DISPUTE, "dp_1", usd("100.00"))
WON = observed(FactKind.DISPUTE_WON, "dp_1", usd("100.00"))

HISTORIES = {
    "captured, refunded, disputed, won": [
        {"is_processing": True},
        {"facts": (CAPTURE,)},
        {"facts": (CAPTURE, REFUND)},
        {"facts": (CAPTURE, REFUND, DISPUTE, WON)},
    ],
    "expired, then paid late": [{}, {"dead": State.EXPIRED}, {"facts": (CAPTURE,)}],
    "declined, then paid": [
        {"decline": ObservedDecline("ch_0", "soft", "insufficient_funds")},
        {"is_processing": True},
        {"facts": (CAPTURE,)},
    ],
    "canceled": [{}, {"is_processing": True}, {"dead": State.CANCELED}],
}
OUTCOMES = {
    "captured, refunded, disputed, won": (State.PARTIALLY_REFUNDED, 4),
    "expired, then paid late": (State.SUCCEEDED, 1),
    "declined, then paid": (State.SUCCEEDED, 1),
    "canceled": (State.CANCELED, 0),
}


def apply(payment, minute: int, **said) -> None:
    """The answer given in that minute of the payment's life, whenever it is merged."""
    apply_snapshot(
        payment_id=payment.pk,
        snapshot=Snapshot(gateway_id=f"pi_{payment.pk}", key=payment.idempotency_key, **said),
        asked_at=NOON + timedelta(minutes=minute),
        source=POLL,
        now=NOON,
    )


def outcome(payment) -> tuple[State, int]:
    payment.refresh_from_db()
    return State(payment.state), PaymentFact.objects.filter(entry__isnull=False).count()


@pytest.mark.parametrize("name", HISTORIES)
def test_w2_every_order_and_any_repetition_has_one_outcome(name):
    payment = make_payment(money=usd("100.00"))
    answers = enumerate(HISTORIES[name])
    tell = [partial(apply, payment, minute, **said) for minute, said in answers]
    [(state, _needs_review, entries, _balance)] = outcomes_of_every_order(payment, tell)
    assert (state, len(entries)) == OUTCOMES[name]


@pytest.mark.parametrize("name", HISTORIES)
def test_only_the_last_answer_is_enough(name):
    """All webhooks lost, one poll at the end."""
    payment = make_payment(money=usd("100.00"))
    apply(payment, 9, **HISTORIES[name][-1])
    assert outcome(payment) == OUTCOMES[name]


def test_an_older_answer_does_not_undo_a_newer_one():
    payment = make_payment()
    apply(payment, 2, is_processing=True)
    apply(payment, 1)
    payment.refresh_from_db()
    assert payment.state == State.PROCESSING


def test_each_posted_fact_has_an_entry_of_its_amount():
    payment = make_payment(money=usd("100.00"))
    apply(payment, 1, facts=(CAPTURE, REFUND))
    customers_side = Posting.objects.filter(account__customer=payment.top_up.customer)
    assert [str(posting.amount) for posting in customers_side.order_by("pk")] == [
        "100.000000",
        "-30.000000",
    ]


def test_a_credited_capture_told_with_another_amount_is_not_parked_as_well():
    payment = make_payment(money=usd("100.00"))
    apply(payment, 1, facts=(CAPTURE,))
    changed = observed(FactKind.CAPTURE, "ch_1", usd("60.00"))
    apply(payment, 2, facts=(changed, REFUND))
    assert outcome(payment) == (State.PARTIALLY_REFUNDED, 2)
    assert payment.needs_review == "capture ch_1 is 60.00 USD now, 100.00 USD was recorded"


def test_a_dispute_in_another_currency_stops_no_other_fact():
    """The balance cannot bear it: for staff."""
    payment = make_payment(money=usd("100.00"))
    euros = observed(FactKind.DISPUTE, "dp_1", Money(Decimal(90), "EUR"))
    apply(payment, 1, facts=(CAPTURE, REFUND, euros))
    assert outcome(payment) == (State.PARTIALLY_REFUNDED, 2)
    assert payment.needs_review == "dispute dp_1 is 90.00 EUR, not in USD"


def test_the_same_reason_to_look_is_in_the_history_once():
    payment = make_payment()
    for minute in range(3):
        apply(payment, minute, review_reason="authorised but not captured")
    assert payment.events.get().detail == "authorised but not captured"


def test_an_event_row_is_written_with_every_move_and_for_nothing_else():
    payment = make_payment()
    apply(payment, 1)
    apply(payment, 2)
    apply(payment, 3, is_processing=True)
    moves = PaymentEvent.objects.filter(payment=payment).values_list("from_state", "to_state")
    assert list(moves) == [
        ("created", "awaiting_customer"),
        ("awaiting_customer", "processing"),
    ]


def test_an_answer_about_another_payment_is_for_staff():
    payment = make_payment()
    apply(payment, 1)
    apply_snapshot(
        payment_id=payment.pk,
        snapshot=Snapshot(gateway_id="pi_other", key=payment.idempotency_key, facts=(CAPTURE,)),
        asked_at=NOON,
        source=POLL,
        now=NOON,
    )
    payment.refresh_from_db()
    assert payment.needs_review == "answer about another payment: pi_other"
    assert not payment.facts.exists()


@pytest.mark.parametrize(
    ("sql", "refused_by"),
    [
        ("UPDATE payments_paymentfact SET amount = 1", "facts are never changed"),
        ("DELETE FROM payments_paymentfact", "facts are never changed"),
        ("DELETE FROM payments_paymentevent", "payment events are never changed"),
        ("UPDATE payments_topup SET amount = 1", "top ups are never changed"),
        ("UPDATE payments_payment SET amount = 1", "payments keep their order"),
        ("UPDATE payments_payment SET gateway_id = 'pi_9'", "payments keep their order"),
        ("DELETE FROM payments_payment", "payments are never deleted"),
    ],
)
def test_history_cannot_be_rewritten_in_sql(sql, refused_by):

    payment = make_payment(money=usd("100.00"))
    apply(payment, 1, facts=(CAPTURE,))
    with (
        pytest.raises(IntegrityError, match=refused_by),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
