"""Gateways whose messages never arrive: the poll alone completes every payment."""

from collections.abc import Callable

import pytest

from payments.gateways.base import CardForm
from payments.models import Payment, WebhookEvent
from payments.states import State
from payments.tests.builders import make_payment, sync
from sandbox.testing import Sandbox
from tests.customers import balance_of, usd, user_of
from tests.portal import Portal
from tests.waiting import wait_until

pytestmark = pytest.mark.faults


def test_the_poll_alone_completes_a_payment_of_every_gateway(
    portal: Portal, sandbox: Sandbox, sandbox_settings: None
):
    portal.receive_no_webhooks()
    payments = [_paid_there(sandbox, code) for code in PAY_AT]
    for payment in payments:
        wait_until(lambda payment=payment: _is_paid(payment), within_seconds=60, what=str(payment))
        assert balance_of(payment.top_up.customer) == usd("50.00")
    assert not WebhookEvent.objects.exists()


def _paid_there(sandbox: Sandbox, code: str) -> Payment:
    payment = make_payment(method=code)
    PAY_AT[code](sandbox, payment)
    return payment


def _by_card(sandbox: Sandbox, payment: Payment) -> None:
    form = sync(payment).next_step
    assert isinstance(form, CardForm)
    sandbox.pay(form.client_secret)


def _at_paypal(sandbox: Sandbox, payment: Payment) -> None:
    sync(payment)
    sandbox.paypal_approve(payment.gateway_id, email=user_of(payment.top_up.customer).email)


def _by_crypto(sandbox: Sandbox, payment: Payment) -> None:
    sync(payment)
    sandbox.btcpay_act(payment.gateway_id, "pay")
    sandbox.btcpay_act(payment.gateway_id, "confirm_all")


PAY_AT: dict[str, Callable[[Sandbox, Payment], None]] = {
    "card": _by_card,
    "paypal": _at_paypal,
    "crypto": _by_crypto,
}


def _is_paid(payment: Payment) -> bool:
    return Payment.objects.filter(pk=payment.pk, state=State.SUCCEEDED).exists()
