"""Our own key is wrong for a while: it was rolled at Stripe and not here yet (B1)."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest

from commpeak.lib.clock import utc_now
from payments.gateways.base import GatewayError
from payments.gateways.registry import gateway_for
from payments.models.refill import SavedCard
from payments.refund_states import RefundState
from payments.selectors.payment_order import payment_order
from payments.services.look_at_refill import look_at_refill
from payments.services.process_refund import process_refund
from payments.tests.builders import make_customer, make_started_payment, sync, usd
from payments.tests.refill_builders import (
    CHARGING,
    attempts_of,
    charged_at,
    make_rule,
    payment_of,
    refill,
    spend_down,
)
from payments.tests.refund_builders import approve, ask
from sandbox.faults import FaultKind
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db


@contextmanager
def wrong_key(settings) -> Iterator[None]:
    right = settings.STRIPE_SECRET_KEY
    settings.STRIPE_SECRET_KEY = "sk_test_rolled"
    with suppress(GatewayError):
        yield
    settings.STRIPE_SECRET_KEY = right


def test_no_card_and_no_rule_is_blamed(card: Sandbox, settings):
    rule = make_rule(card)
    spend_down(rule, "10")
    with wrong_key(settings):
        refill(rule)
    rule.refresh_from_db()
    assert (attempts_of(rule), rule.declines_in_a_row) == ([CHARGING], 0)
    assert SavedCard.objects.get().refused_at is None


def test_a_charge_whose_answer_was_lost_before_is_not_made_again(card: Sandbox, settings):
    rule = make_rule(card)
    spend_down(rule, "10")
    look_at_refill(balance_id=rule.balance_id, now=utc_now())
    gateway_for("card").start(payment_order(payment_of(rule)))
    with wrong_key(settings):
        sync(payment_of(rule))
    refill(rule, utc_now() + timedelta(hours=2))
    assert charged_at(card) == [usd("50.00")]


def test_a_refund_whose_answer_was_lost_before_is_not_told_as_failed(card: Sandbox, settings):
    payment, secret = make_started_payment(customer=make_customer(), money=usd("100.00"))
    card.pay(secret)
    sync(payment)
    refund = approve(ask(payment, "40.00"))
    card.set_fault(FaultKind.ERROR_AFTER, operation="refunds.create", times=3)
    process_refund(refund_id=refund.pk, now=utc_now())
    with wrong_key(settings):
        process_refund(refund_id=refund.pk, now=utc_now() + timedelta(days=1))
    refund.refresh_from_db()
    assert card.payment(payment.gateway_id)["amount_refunded"] == 4000
    assert refund.state == RefundState.APPROVED
