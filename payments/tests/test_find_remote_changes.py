"""The gateway's own list of changes finds what no webhook told us."""

from datetime import timedelta
from uuid import uuid4

import pytest

from billing.models import Purse
from commpeak.lib.clock import utc_now
from payments.gateways.base import GatewayError
from payments.models import GatewayWatermark, WebhookEvent
from payments.selectors.due_webhooks import due_webhooks
from payments.services.cancel_payment import cancel_payment
from payments.services.find_remote_changes import find_remote_changes
from payments.services.process_webhook import process_webhook
from payments.services.start_top_up import start_top_up
from payments.states import State
from payments.tests.builders import (
    balance_of,
    client_secret_of,
    make_customer,
    make_started_payment,
    sync,
    usd,
)
from payments.tests.paypal import agree, make_paypal_payment

pytestmark = pytest.mark.django_db


def read_list_and_work(now, gateway: str = "card") -> int:
    count = find_remote_changes(gateway=gateway, now=now)
    for event_id in due_webhooks(now=now):
        process_webhook(event_id=event_id, now=now)
    return count


def paid_payment(card):
    payment, secret = make_started_payment(money=usd("100.00"))
    card.pay(secret)
    sync(payment)
    return payment


def paid_by_paypal(paypal):
    payment = make_paypal_payment(money=usd("100.00"))
    agree(paypal, payment)
    sync(payment)
    return payment


def test_a_refund_without_a_webhook_is_found(card):
    payment = paid_payment(card)
    card.act(payment.gateway_id, "refund", amount=3000)
    assert read_list_and_work(utc_now()) == 1
    payment.refresh_from_db()
    assert payment.state == State.PARTIALLY_REFUNDED
    assert balance_of(payment.top_up.customer) == usd("70.00")


@pytest.mark.parametrize(
    ("action", "how", "state", "left"),
    [
        ("refund", {"amount": "30.00"}, State.PARTIALLY_REFUNDED, "70.00"),
        ("dispute", {}, State.DISPUTED, "0"),
    ],
)
def test_what_paypal_takes_back_without_a_webhook_is_found(paypal, action, how, state, left):
    payment = paid_by_paypal(paypal)
    paypal.paypal_act(payment.gateway_id, action, **how)
    assert read_list_and_work(utc_now(), "paypal") == 1
    payment.refresh_from_db()
    assert payment.state == state
    assert balance_of(payment.top_up.customer) == usd(left)


def test_a_second_list_on_the_same_day_finds_what_changed_since_the_first(card):
    """The watermark moves with it, so no later list would."""
    payment, morning = paid_payment(card), utc_now()
    read_list_and_work(morning)
    card.act(payment.gateway_id, "refund", amount=3000)
    read_list_and_work(morning + timedelta(minutes=1))
    assert balance_of(payment.top_up.customer) == usd("70.00")


def test_a_list_that_breaks_off_is_read_again_from_where_it_began(card):
    paid_payment(card)
    card.set_fault("error_before", times=3)
    with pytest.raises(GatewayError):
        find_remote_changes(gateway="card", now=utc_now())
    assert not GatewayWatermark.objects.exists()
    assert not WebhookEvent.objects.exists()
    assert find_remote_changes(gateway="card", now=utc_now()) == 1


def test_a_list_is_no_word_of_the_payers_that_refused_means_may_be_tried_again(paypal):
    payment = make_paypal_payment()
    paypal.set_fault("declined", match=payment.gateway_id)
    agree(paypal, payment)
    sync(payment)
    read_list_and_work(utc_now() + timedelta(minutes=5), "paypal")
    assert paypal.paypal_order(payment.gateway_id)["capture_statuses"] == []


@pytest.mark.parametrize("is_open", [True, False])
def test_an_order_that_paypal_has_dropped_unpaid_is_done_with(paypal, is_open):
    """Its agreement stands in the list; nobody's means were taken."""
    payment = make_paypal_payment()
    agree(paypal, payment)
    if not is_open:
        cancel_payment(payment_id=payment.pk, now=utc_now())
    paypal.paypal_act(payment.gateway_id, "forget")
    read_list_and_work(utc_now(), "paypal")
    assert WebhookEvent.objects.get().status == WebhookEvent.Status.PROCESSED


def test_a_paid_order_that_paypal_does_not_know_is_not_done_with(paypal):
    paid_by_paypal(paypal)
    find_remote_changes(gateway="paypal", now=utc_now())
    paypal.reset()
    process_webhook(event_id=WebhookEvent.objects.get().pk, now=utc_now())
    assert WebhookEvent.objects.get().status == WebhookEvent.Status.RECEIVED


def test_a_refund_of_a_payment_made_two_years_ago_is_found(card):
    """Nobody asks about it any more: only the gateway's list names it."""
    long_ago = utc_now() - timedelta(days=730)
    _top_up, payment = start_top_up(
        customer=make_customer(),
        purse=Purse.VOICE,
        money=usd("100.00"),
        method="card",
        request_key=uuid4(),
        ip_address=None,
        now=long_ago,
    )
    card.pay(client_secret_of(payment))
    sync(payment)
    assert (payment.created_at, payment.next_poll_at) == (long_ago, None)
    card.act(payment.gateway_id, "dispute")
    read_list_and_work(utc_now())
    payment.refresh_from_db()
    assert payment.state == State.DISPUTED
    assert balance_of(payment.top_up.customer) == usd("0")
