"""What may be asked back, who may ask, and that nothing is asked for twice (M5)."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from billing.errors import broken_constraint
from commpeak.lib.errors import Conflict, Refused
from commpeak.lib.money import Money
from payments.models import Refund
from payments.refund_states import REFUND_TRANSITIONS, RefundState, may_refund_move
from payments.selectors.refundable import refundable
from payments.services.decline_refund import decline_refund
from payments.states import FactKind, State
from payments.tests.builders import NOON, balance_of, make_customer, observed, usd
from payments.tests.refund_builders import (
    STAFF,
    approve,
    ask,
    mails,
    make_paid_payment,
    prove,
    spend,
)

pytestmark = pytest.mark.django_db

STATES = list(RefundState)


def decline(refund: Refund, reason: str = "Already used") -> None:
    decline_refund(refund_id=refund.pk, actor=STAFF, reason=reason, now=NOON)
    refund.refresh_from_db()


def test_a_request_moves_no_money_and_is_confirmed_by_e_mail():
    payment = make_paid_payment()
    refund = ask(payment, "40.00")
    assert (refund.state, refund.money) == (RefundState.REQUESTED, usd("40.00"))
    assert balance_of(payment.top_up.customer) == usd("100.00")
    assert mails() == [f"We have your refund request {refund.reference}"]


def test_a_second_click_finds_the_first_request():
    payment, key = make_paid_payment(), uuid4()
    first = ask(payment, "40.00", request_key=key)
    second = ask(payment, "50.00", request_key=key)
    assert (second.pk, second.money) == (first.pk, usd("40.00"))
    assert len(mails()) == 1


def test_m5_more_than_was_paid_is_refused_in_words():
    payment = make_paid_payment()
    with pytest.raises(Refused) as refusal:
        ask(payment, "100.01")
    assert refusal.value.user_text == "At most 100.00 USD of this payment can still be refunded."


def test_m5_requests_together_stay_below_what_was_paid():
    payment = make_paid_payment()
    ask(payment, "60.00")
    with pytest.raises(Refused) as refusal:
        ask(payment, "60.00")
    assert refusal.value.user_text == "At most 40.00 USD of this payment can still be refunded."


def test_what_was_spent_cannot_be_asked_for_but_staff_may_refund_it():
    payment = make_paid_payment()
    spend(payment.top_up.customer, "80.0001")
    with pytest.raises(Refused) as refusal:
        ask(payment, "40.00")
    assert refusal.value.user_text == (
        "What was spent already cannot be refunded by request: 19.99 USD of your balance is "
        "not spent."
    )
    assert ask(payment, "19.99").state == RefundState.REQUESTED
    assert ask(payment, "80.01", staff=True).state == RefundState.REQUESTED


def test_requests_about_two_top_ups_together_stay_within_the_balance():
    customer = make_customer()
    first, second = (make_paid_payment(customer=customer, amount="50.00") for _ in range(2))
    spend(customer, "40")
    ask(first, "50.00")
    assert refundable(second).own == usd("10.00")
    with pytest.raises(Refused, match=r"10\.00 USD of your balance"):
        ask(second, "20.00")


def test_a_declined_request_can_be_asked_for_again():
    payment = make_paid_payment()
    decline(ask(payment, "100.00"))
    assert ask(payment, "100.00").state == RefundState.REQUESTED


def test_a_payment_that_was_refunded_is_not_refunded_again():
    """Also when that happened in the gateway's own dashboard."""
    payment = make_paid_payment()
    prove(payment, observed(FactKind.REFUND, "re_1", usd("100.00")))
    for staff in (True, False):
        with pytest.raises(Refused):
            ask(payment, "1.00", staff=staff)


@pytest.mark.parametrize(
    "facts",
    [
        (FactKind.DISPUTE,),
        (FactKind.DISPUTE, FactKind.DISPUTE_LOST),
    ],
)
def test_nothing_can_be_asked_back_of_a_disputed_payment(facts):
    payment = make_paid_payment()
    prove(payment, *(observed(kind, "dp_1", usd("100.00")) for kind in facts))
    for staff in (True, False):
        with pytest.raises(Refused):
            ask(payment, "1.00", staff=staff)


def test_after_a_dispute_was_won_and_a_refund_failed_all_can_be_asked_for():
    payment = make_paid_payment()
    prove(
        payment,
        observed(FactKind.DISPUTE, "dp_1", usd("100.00")),
        observed(FactKind.DISPUTE_WON, "dp_1", usd("100.00")),
        observed(FactKind.REFUND, "re_1", usd("30.00")),
        observed(FactKind.REFUND_FAILED, "re_1", usd("30.00")),
    )
    assert refundable(payment).own == usd("100.00")


def test_an_unpaid_payment_has_nothing_to_refund():
    payment = make_paid_payment(parked=True)
    assert refundable(payment).own == usd("0")
    with pytest.raises(Refused):
        ask(payment, "1.00")
    assert ask(payment, "1.00", staff=True).capture.kind == FactKind.PARKED


def test_m10_another_currency_is_refused():
    with pytest.raises(Refused) as refusal:
        ask(make_paid_payment(), money=Money(Decimal(10), "EUR"))
    assert refusal.value.user_text == "This payment was made in USD."


def test_a_request_that_is_no_longer_covered_cannot_be_approved():
    payment = make_paid_payment()
    refund = ask(payment, "100.00")
    spend(payment.top_up.customer, "30")
    with pytest.raises(Refused, match=r"Only 70\.00 USD is still covered"):
        approve(refund)
    assert Refund.objects.get().state == RefundState.REQUESTED


def test_a_request_is_not_approved_after_the_money_went_back_otherwise():
    payment = make_paid_payment()
    refund = ask(payment, "100.00", staff=True)
    prove(payment, observed(FactKind.REFUND, "re_1", usd("1.00")))
    with pytest.raises(Refused):
        approve(refund)


def test_a_decision_is_made_once_and_told_once():
    refund = ask(make_paid_payment(), "40.00")
    decline(refund, "The calls were made")
    with pytest.raises(Conflict) as told:
        approve(refund)
    with pytest.raises(Conflict):
        decline(refund)
    assert told.value.user_text == "This refund is declined already."
    assert (refund.decided_by, refund.decision) == (STAFF, "The calls were made")
    assert mails()[1:] == [f"Your refund request {refund.reference} is declined"]


def test_every_state_is_reached_and_none_leads_out_of_declined():
    assert set(REFUND_TRANSITIONS) == set(STATES)
    moves = [(a, b) for a in STATES for b in STATES if may_refund_move(a, b)]
    assert [f"{a} {b}" for a, b in moves] == [
        "requested approved",
        "requested declined",
        "approved processed",
        "approved failed",
        "processed failed",
        "failed processed",
    ]
    assert {b for _a, b in moves} | {RefundState.REQUESTED} == set(STATES)


def raw_refund(payment, **changes) -> Refund:
    facts = {
        "payment": payment,
        "capture": payment.facts.first(),
        "request_key": uuid4(),
        "amount": Decimal(40),
        "currency": "USD",
        "reason": "other",
        "asked_by": "staff",
        "asker": STAFF,
    }
    return Refund.objects.create(**facts | changes)


def refused_by(write) -> str:
    """The name of the guard."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write()
    return broken_constraint(refusal.value)


BREAKS = {
    "refund_is_of_money_that_came": [
        {"currency": "EUR"},
    ],
    "refunds_never_exceed_what_was_captured": [
        {"amount": Decimal("100.000001")},
        {"amount": Decimal(101), "state": "approved", "decided_by": STAFF},
    ],
    "refund_amount_is_positive": [{"amount": Decimal(0)}, {"amount": Decimal(-1)}],
    "processed_refund_has_its_proof": [{"state": "processed", "decided_by": STAFF}],
    "refund_is_decided_by_somebody": [{"state": "approved"}, {"state": "declined"}],
}


@pytest.mark.parametrize(("name", "changes"), [(n, c) for n, cs in BREAKS.items() for c in cs])
def test_m5_the_database_refuses_what_services_never_write(name, changes):
    payment = make_paid_payment()
    assert refused_by(lambda: raw_refund(payment, **changes)) == name


def test_m5_the_database_counts_requests_refunds_and_disputes_together():
    payment = make_paid_payment()
    raw_refund(payment, amount=Decimal(20))
    prove(
        payment,
        observed(FactKind.REFUND, "re_1", usd("30.00")),
        observed(FactKind.DISPUTE, "dp_1", usd("40.00")),
    )
    assert refused_by(lambda: raw_refund(payment, amount=Decimal("10.01"))) == (
        "refunds_never_exceed_what_was_captured"
    )
    raw_refund(payment, amount=Decimal("10.00"))


def test_a_refund_of_another_payments_money_is_refused_by_the_database():
    payment, other = make_paid_payment(), make_paid_payment()
    assert refused_by(lambda: raw_refund(payment, capture=other.facts.first())) == (
        "refund_is_of_money_that_came"
    )


@pytest.mark.parametrize(
    ("sql", "refused_by"),
    [
        ("UPDATE payments_refund SET amount = 1", "refunds keep what was asked"),
        ("UPDATE payments_refund SET reference = 'R-1'", "refunds keep what was asked"),
        ("DELETE FROM payments_refund", "refunds are never deleted"),
        ("UPDATE payments_refundevent SET actor = ''", "refund events are never changed"),
        ("DELETE FROM payments_refundevent", "refund events are never changed"),
    ],
)
def test_a_refund_cannot_be_rewritten_in_sql(sql, refused_by):
    ask(make_paid_payment(), "40.00")
    with (
        pytest.raises(IntegrityError, match=refused_by),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_a_payment_stays_paid_while_a_refund_is_asked_for():
    payment = make_paid_payment()
    approve(ask(payment, "40.00"))
    payment.refresh_from_db()
    assert payment.state == State.SUCCEEDED
