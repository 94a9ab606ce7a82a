"""What becomes of a payment is mailed once, in whatever order the gateway tells it."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.core import mail
from django.db import transaction

from accounts.models import Notification, OutgoingEmail
from accounts.services.send_email import send_email
from commpeak.lib.clock import utc_now
from payments.gateways.base import GatewayError, GoneAtGateway, Snapshot
from payments.models import PaymentEvent
from payments.services.apply_snapshot import apply_snapshot
from payments.services.cancel_payment import cancel_payment
from payments.services.record_gateway_error import record_gateway_error
from payments.states import FactKind, State
from payments.tests.builders import (
    NOON,
    POLL,
    make_customer,
    make_payment,
    make_started_payment,
    observed,
    sync,
    usd,
)

pytestmark = pytest.mark.django_db
CAPTURE = observed(FactKind.CAPTURE, "ch_1", usd("50.00"))
RECEIVED = "50.00 USD received for your Voice balance"
FAILED = "Your payment of 50.00 USD did not go through"
IN_REVIEW = "We are checking your payment of 50.00 USD"


def apply(payment, minute: int, **said) -> None:
    apply_snapshot(
        payment_id=payment.pk,
        snapshot=Snapshot(gateway_id=f"pi_{payment.pk}", key=payment.idempotency_key, **said),
        asked_at=NOON + timedelta(minutes=minute),
        source=POLL,
        now=NOON,
    )


def subjects() -> list[str]:
    return list(OutgoingEmail.objects.order_by("pk").values_list("subject", flat=True))


def test_a_captured_card_payment_is_mailed_and_stands_under_the_bell(card):
    payment, secret = make_started_payment(customer=make_customer(email="ada@example.com"))
    card.pay(secret)
    sync(payment)
    sync(payment, PaymentEvent.Source.WEBHOOK)
    assert subjects() == [RECEIVED]
    email = OutgoingEmail.objects.get()
    assert email.to == "ada@example.com"
    assert "50.00 USD, paid with Visa 4242, is on your Voice balance." in email.text
    assert f"http://localhost:8000/topup/{payment.top_up.reference}/" in email.text
    assert Notification.objects.get().path == f"/topup/{payment.top_up.reference}/"


def test_every_order_of_answers_mails_the_same_once():
    """W2: processing, failed and captured, in any order and with a repetition."""
    history = list(
        enumerate([{"is_processing": True}, {"dead": State.FAILED}, {"facts": (CAPTURE,)}])
    )
    customer = make_customer()
    for order in permutations(history):
        untouched = transaction.savepoint()
        payment = make_payment(customer=customer)
        for minute, said in (*order, order[0]):
            apply(payment, minute, **said)
        assert subjects().count(RECEIVED) == 1, order
        assert subjects().count(FAILED) <= 1, order
        transaction.savepoint_rollback(untouched)


def test_a_failed_payment_is_mailed_once():
    payment = make_payment()
    apply(payment, 1, dead=State.FAILED)
    apply(payment, 2, dead=State.FAILED)
    assert subjects() == [FAILED]


def test_what_the_customer_canceled_is_not_mailed(card):
    payment, _secret = make_started_payment()
    cancel_payment(payment_id=payment.pk, now=utc_now())
    payment.refresh_from_db()
    assert payment.state == State.CANCELED
    assert subjects() == []


def test_a_checkout_that_nobody_used_expires_in_silence():
    payment = make_payment()
    apply(payment, 1)
    apply(payment, 2, dead=State.EXPIRED)
    assert subjects() == []


def test_a_payment_that_was_under_way_and_came_to_nothing_is_mailed():
    payment = make_payment()
    apply(payment, 1, is_processing=True)
    apply(payment, 2, dead=State.EXPIRED)
    assert subjects() == [FAILED]


def test_a_payment_that_could_not_be_started_is_mailed_once():
    payment = make_payment()
    for _ in range(2):
        record_gateway_error(
            payment_id=payment.pk,
            error=GatewayError("no such account", permanent=True),
            source=POLL,
            now=NOON,
        )
    assert subjects() == [FAILED]


def test_a_payment_in_review_is_mailed_once_and_then_when_it_is_credited():
    payment = make_payment()
    for minute in range(3):
        apply(payment, minute, review_reason="authorised but not captured")
    assert subjects() == [IN_REVIEW]
    apply(payment, 4, facts=(CAPTURE,))
    assert subjects() == [IN_REVIEW, RECEIVED]


@pytest.mark.parametrize(
    ("said", "told"), [({"dead": State.CANCELED}, []), ({"facts": (CAPTURE,)}, [RECEIVED])]
)
def test_what_is_over_is_not_called_checked_when_its_gateway_tells_no_more(said, told):
    payment = make_payment()
    apply(payment, 1, **said)
    record_gateway_error(
        payment_id=payment.pk,
        error=GoneAtGateway("404"),
        source=POLL,
        now=payment.created_at + timedelta(days=2),
    )
    assert subjects() == told


def test_money_in_suspense_is_not_called_received():
    """W6: 1.00 came instead of 50.00."""
    payment = make_payment()
    apply(payment, 1, facts=(observed(FactKind.CAPTURE, "ch_1", usd("1.00")),))
    assert subjects() == [IN_REVIEW]


def test_a_refund_does_not_tell_the_payment_again():
    payment = make_payment()
    apply(payment, 1, facts=(CAPTURE,))
    refund = observed(FactKind.REFUND, "re_1", usd("10.00"))
    apply(payment, 2, facts=(CAPTURE, refund))
    assert subjects().count(RECEIVED) == 1


def test_what_the_gateway_calls_the_instrument_is_inert_in_the_mail():
    """S6"""
    payment = make_payment()
    apply(payment, 1, facts=(CAPTURE,), instrument="<img src=x onerror=alert(1)>")
    send_email(email_id=OutgoingEmail.objects.get().pk, now=NOON)
    [html] = mail.outbox[0].alternatives
    assert "<img" not in html.content
    assert "&lt;img src=x onerror=alert(1)&gt;" in html.content
