"""Two at once, on two real connections: the money goes back once (M5, S11)."""

from decimal import Decimal
from uuid import uuid4

import pytest

from billing.selectors.verify import verify_ledger
from commpeak.lib.clock import utc_now
from payments.models import Refund, RefundEvent
from payments.refund_states import RefundState
from payments.services.approve_refund import approve_refund
from payments.services.process_refund import process_refund
from payments.states import FactKind
from payments.tests.builders import balance_of, make_customer, make_started_payment, sync, usd
from payments.tests.refund_builders import STAFF, ask, mails, make_paid_payment, spend
from tests.racing import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("staff", [False, True])
def test_m5_of_two_partial_refunds_above_the_total_one_is_refused(staff):
    payment = make_paid_payment(amount="100.00")
    results = at_once(*[lambda: ask(payment, "60.00", staff=staff)] * 2)
    assert refusals(results) == ["Refused"]
    assert Refund.objects.get().money == usd("60.00")


def test_m5_requests_about_two_payments_of_one_balance_wait_for_each_other():
    customer = make_customer()
    payments = [make_paid_payment(customer=customer, amount="50.00") for _ in range(2)]
    spend(customer, "40")
    results = at_once(*[lambda payment=p: ask(payment, "50.00") for p in payments])
    assert refusals(results) == ["Refused"]


def test_m5_the_database_itself_refuses_the_second_of_two_raw_inserts():
    payment = make_paid_payment(amount="100.00")
    capture = payment.facts.get()

    def insert():
        return Refund.objects.create(
            payment=payment,
            capture=capture,
            request_key=uuid4(),
            amount=Decimal(60),
            currency="USD",
            reason="other",
            asked_by="staff",
            asker=STAFF,
        )

    assert refusals(at_once(insert, insert)) == ["IntegrityError"]
    assert Refund.objects.count() == 1


def test_a_double_click_is_one_request():
    payment, key = make_paid_payment(), uuid4()
    results = at_once(*[lambda: ask(payment, "40.00", request_key=key)] * 4)
    assert refusals(results) == []
    assert Refund.objects.count() == 1
    assert len(mails()) == 1


def test_s11_two_who_approve_at_once_and_two_workers_give_the_money_back_once(card):
    customer = make_customer()
    payment, secret = make_started_payment(customer=customer, money=usd("100.00"))
    card.pay(secret)
    sync(payment)
    refund = ask(payment, "40.00")

    def say_yes(name: str) -> None:
        approve_refund(refund_id=refund.pk, actor=name, reason="ok", now=utc_now())

    results = at_once(lambda: say_yes("ann"), lambda: say_yes("bob"))
    assert refusals(results) == ["Conflict"]
    at_once(*[lambda: process_refund(refund_id=refund.pk, now=utc_now())] * 4)
    refund.refresh_from_db()
    assert refund.state == RefundState.PROCESSED
    assert [event.to_state for event in RefundEvent.objects.order_by("pk")] == [
        "requested",
        "approved",
        "processed",
    ]
    assert card.payment(payment.gateway_id)["amount_refunded"] == 4000
    assert payment.facts.filter(kind=FactKind.REFUND).count() == 1
    assert balance_of(customer) == usd("60.00")
    assert [finding for finding in verify_ledger() if finding.faults] == []
