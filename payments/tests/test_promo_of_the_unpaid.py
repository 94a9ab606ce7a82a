"""A payment that nobody can pay any more gives its promised bonus up in the same breath."""

from datetime import timedelta
from uuid import uuid4

import pytest

from billing.models import PromoRedemption, Purse
from billing.tests.promo_builders import make_promo
from commpeak.lib.clock import utc_now
from payments.gateways.base import GatewayError, GoneAtGateway
from payments.models import Payment
from payments.selectors.top_up_progress import top_up_progress
from payments.services.cancel_payment import cancel_payment
from payments.services.record_gateway_error import record_gateway_error
from payments.services.start_top_up import start_top_up
from payments.services.sync_payment import sync_payment
from payments.states import State
from payments.tests.builders import POLL, make_customer, usd

pytestmark = pytest.mark.django_db
KEPT = "Kept for you if you try again, as long as the code has not been used up."


def promised(method: str, customer=None) -> Payment:
    _top_up, payment = start_top_up(
        customer=customer or make_customer(),
        purse=Purse.VOICE,
        money=usd("100.00"),
        method=method,
        request_key=uuid4(),
        ip_address=None,
        now=utc_now(),
        promo_code="LAST",
    )
    return payment


def refuse(payment: Payment) -> None:
    error = GatewayError("no", permanent=True)
    record_gateway_error(payment_id=payment.pk, error=error, source=POLL, now=utc_now())


def drop(payment: Payment) -> None:
    Payment.objects.filter(pk=payment.pk).update(state=State.AWAITING_CUSTOMER)
    error = GoneAtGateway("404")
    record_gateway_error(payment_id=payment.pk, error=error, source=POLL, now=utc_now())


def cancel(payment: Payment) -> None:
    cancel_payment(payment_id=payment.pk, now=utc_now())


def wait_too_long(payment: Payment) -> None:
    sync_payment(payment_id=payment.pk, source=POLL, now=utc_now() + timedelta(hours=25))


DEATHS = {
    "canceled before its terms were agreed to": ("crypto", cancel, State.CANCELED),
    "never agreed to": ("crypto", wait_too_long, State.EXPIRED),
    "refused at the start": ("card", refuse, State.FAILED),
    "dropped unpaid": ("paypal", drop, State.EXPIRED),
}


@pytest.mark.parametrize("name", DEATHS)
def test_the_last_use_of_a_code_is_free_for_the_next_customer(name, crypto, paypal):
    method, die, state = DEATHS[name]
    make_promo("LAST", uses_max=1)
    payment = promised(method)
    die(payment)
    payment.refresh_from_db()
    assert payment.state == state
    redemption = PromoRedemption.objects.get(source=payment.top_up.reference)
    assert redemption.state == PromoRedemption.State.RELEASED
    assert KEPT in [step.text for step in top_up_progress(payment.top_up).steps]
    assert promised("card", make_customer()).is_open
