"""One payment at a real gateway process: what is charged is credited once, nothing else is."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.models import Purse
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from payments.gateways.base import GatewayError, Order, Snapshot
from payments.gateways.card.profile import PROFILE
from payments.gateways.registry import gateway_for
from payments.models import Decline, PaymentEvent
from payments.selectors.deciding_payment import deciding_payment
from payments.selectors.may_be_taken import may_be_taken
from payments.selectors.top_up_progress import top_up_progress
from payments.services.apply_snapshot import apply_snapshot
from payments.services.close_review import close_review
from payments.services.retry_top_up import retry_top_up
from payments.services.sync_payment import sync_payment
from payments.states import FactKind, State
from payments.tests.builders import (
    POLL,
    balance_of,
    entries_of,
    make_customer,
    make_payment,
    make_started_payment,
    observed,
    sync,
    usd,
)

pytestmark = pytest.mark.django_db


def test_a_captured_card_payment_is_credited_and_paid(card):
    payment, secret = make_started_payment(money=usd("50.00"))
    assert payment.state == State.AWAITING_CUSTOMER
    card.pay(secret)
    sync(payment)
    assert payment.state == State.SUCCEEDED
    assert payment.instrument == "Visa 4242"
    assert balance_of(payment.top_up.customer) == usd("50.00")


def test_a_second_look_posts_nothing(card):
    payment, secret = make_started_payment()
    card.pay(secret)
    sync(payment)
    before = entries_of(payment), payment.events.count()
    sync(payment, PaymentEvent.Source.WEBHOOK)
    assert (entries_of(payment), payment.events.count()) == before
    assert balance_of(payment.top_up.customer) == usd("50.00")


def test_starting_twice_makes_one_remote_object(card):
    order = Order(
        key="T-2222222222-1",
        reference="T-2222222222",
        money=usd("50.00"),
        description="voice balance, top-up T-2222222222",
        account_number="12345678",
        purse="voice",
        number=1,
    )
    gateway = gateway_for("card")
    assert gateway.start(order).gateway_id == gateway.start(order).gateway_id
    assert len(card.payments()) == 1


@pytest.mark.parametrize("currency", ["ISK", "MGA", "UGX"])
def test_a_currency_that_stripe_counts_in_other_units_is_not_charged(card, currency):
    """M8: 1,000 ISK would be charged as 10 ISK and credited as 1,000."""
    order = Order(
        key="T-2222222222-1",
        reference="T-2222222222",
        money=Money(Decimal(1000), currency),
        description="voice balance, top-up T-2222222222",
        account_number="12345678",
        purse="voice",
        number=1,
    )
    with pytest.raises(GatewayError) as refused:
        gateway_for("card").start(order)
    assert refused.value.permanent
    assert refused.value.log_text == f"cards are not charged in {currency}"


def test_a_sms_top_up_is_credited_to_sms_only(card):
    customer = make_customer(sms_currency="USD")
    payment, secret = make_started_payment(customer=customer, purse=Purse.SMS)
    card.pay(secret)
    sync(payment)
    assert balance_of(customer, Purse.SMS) == usd("50.00")
    assert balance_of(customer, Purse.VOICE) == usd("0")


def test_a_declined_card_leaves_the_payment_open_for_another(card):
    payment, secret = make_started_payment()
    card.pay(secret, "4000000000000002")
    sync(payment)
    assert payment.state == State.AWAITING_CUSTOMER
    assert payment.declines.get().code == "generic_decline"
    card.pay(secret, "4242424242424242")
    sync(payment)
    assert payment.state == State.SUCCEEDED
    assert len(card.charges_of(payment.gateway_id)) == 1


def test_nothing_is_credited_while_the_bank_waits_for_confirmation(card):
    payment, secret = make_started_payment()
    card.pay(secret, "4000002500003155")
    sync(payment)
    assert payment.state == State.AWAITING_CUSTOMER
    assert entries_of(payment) == []
    card.approve_3ds(payment.gateway_id)
    sync(payment)
    assert payment.state == State.SUCCEEDED


def test_a_failed_confirmation_says_so_and_charges_nothing(card):
    payment, secret = make_started_payment()
    card.pay(secret, "4000002500003155")
    card.fail_3ds(payment.gateway_id)
    sync(payment)
    assert payment.declines.get().kind == "authentication"
    assert balance_of(payment.top_up.customer) == usd("0")


def test_a_lost_answer_to_the_start_is_asked_again(card):
    """B1: the client repeats with the same key and is given the same object."""
    payment = make_payment()
    card.set_fault("answer_lost", match=payment.top_up.reference)
    sync(payment)
    assert payment.state == State.AWAITING_CUSTOMER
    assert len(card.payments()) == 1


def test_an_unknown_outcome_of_the_start_is_not_a_failure(card):
    """B1, B3: a 500 that is replayed for the same key; the payment stays, to be looked up."""
    payment = make_payment()
    card.set_fault("error_after", match=payment.top_up.reference)
    card.set_fault("error_before", operation="payment_intents.search", times=3)
    with pytest.raises(GatewayError) as unknown:
        sync(payment)
    assert not unknown.value.permanent
    payment.refresh_from_db()
    assert payment.state == State.CREATED
    assert payment.next_poll_at is not None
    sync(payment)
    assert payment.state == State.AWAITING_CUSTOMER
    assert len(card.payments()) == 1


def test_a_start_without_answer_fails_after_a_day(card):
    payment = make_payment()
    card.set_fault("error_before", match=payment.top_up.reference, times=10)
    late = utc_now() + PROFILE.unpaid_expires_after + timedelta(seconds=1)
    with pytest.raises(GatewayError):
        sync_payment(payment_id=payment.pk, source=POLL, now=late)
    payment.refresh_from_db()
    assert payment.state == State.FAILED


@pytest.mark.parametrize("fault", ["error_before", "error_after", "rate_limited"])
def test_a_gateway_out_of_order_changes_no_state(card, fault):
    """B3, B9: an error is an unknown outcome, to be looked up."""
    payment, secret = make_started_payment()
    card.pay(secret)
    card.set_fault(fault, match=payment.gateway_id, times=3)
    with pytest.raises(GatewayError):
        sync(payment)
    payment.refresh_from_db()
    assert payment.state == State.AWAITING_CUSTOMER
    card.clear_faults()
    sync(payment)
    assert payment.state == State.SUCCEEDED


def test_another_amount_than_asked_is_parked_and_shown_to_staff(card):
    """W6: right id, 1.00 instead of 100.00: the money is in suspense, not on the balance."""
    payment, secret = make_started_payment(money=usd("100.00"))
    card.pay(secret)
    card.set_fault("wrong_amount", match=payment.gateway_id, amount=100)
    sync(payment)
    assert payment.needs_review == "1.00 USD came instead of 100.00 USD"
    assert [kind for kind, _source in entries_of(payment)] == ["suspense"]
    assert balance_of(payment.top_up.customer) == usd("0")
    assert not payment.is_paid


def test_another_currency_than_asked_is_parked(card):
    """W7"""
    payment, secret = make_started_payment()
    card.pay(secret)
    card.set_fault("wrong_currency", match=payment.gateway_id, currency="eur")
    sync(payment)
    assert payment.needs_review == "50.00 EUR came instead of 50.00 USD"
    assert balance_of(payment.top_up.customer) == usd("0")


def test_a_payment_with_parked_money_never_asks_for_a_card_again(card):
    """Also after its review was closed: the customer has paid, if not what was asked."""
    payment, secret = make_started_payment(money=usd("100.00"))
    card.pay(secret)
    card.set_fault("wrong_amount", match=payment.gateway_id, amount=100)
    sync(payment)
    close_review(payment_id=payment.pk, actor="ann@example.com", reason="Seen", now=utc_now())
    sync(payment)
    assert payment.needs_review == ""
    assert payment.state == State.PROCESSING


def test_parked_money_stays_parked_when_the_gateway_changes_its_mind(card):
    payment, secret = make_started_payment()
    card.pay(secret)
    card.set_fault("wrong_amount", match=payment.gateway_id, amount=100)
    sync(payment)
    card.clear_faults()
    sync(payment)
    assert [kind for kind, _source in entries_of(payment)] == ["suspense"]


@pytest.mark.parametrize("fault", ["wrong_livemode", "wrong_merchant", "wrong_reference"])
def test_an_answer_that_is_not_ours_counts_for_nothing(card, fault):
    """W7: test money, or somebody else's payment."""
    payment, secret = make_started_payment()
    card.pay(secret)
    card.set_fault(fault, match=payment.gateway_id)
    sync(payment)
    assert payment.needs_review
    assert entries_of(payment) == []


def test_a_payment_whose_review_is_closed_is_asked_about_again(card):
    """Otherwise it would stay open for ever, since a flagged one is left alone after a day."""
    payment, _secret = make_started_payment()
    late = utc_now() + PROFILE.unpaid_expires_after + timedelta(seconds=1)
    card.set_fault("wrong_livemode", match=payment.gateway_id)
    sync_payment(payment_id=payment.pk, source=POLL, now=late)
    card.clear_faults()
    close_review(payment_id=payment.pk, actor="ann@example.com", reason="Was a test", now=late)
    payment.refresh_from_db()
    assert payment.needs_review == ""
    assert payment.next_poll_at is not None
    sync_payment(payment_id=payment.pk, source=POLL, now=late)
    payment.refresh_from_db()
    assert payment.state == State.EXPIRED


def test_an_unpaid_payment_is_canceled_after_a_day(card):
    """B4: returns after 25 h."""
    payment, secret = make_started_payment()
    late = utc_now() + PROFILE.unpaid_expires_after + timedelta(seconds=1)
    sync_payment(payment_id=payment.pk, source=POLL, now=late)
    payment.refresh_from_db()
    assert payment.state == State.EXPIRED
    assert "error" in card.pay(secret)
    assert payment.next_poll_at is None


def test_money_that_came_just_before_the_cancellation_is_credited(card):
    payment, secret = make_started_payment()
    card.pay(secret)
    late = utc_now() + PROFILE.unpaid_expires_after + timedelta(seconds=1)
    sync_payment(payment_id=payment.pk, source=POLL, now=late)
    payment.refresh_from_db()
    assert payment.state == State.SUCCEEDED
    assert balance_of(payment.top_up.customer) == usd("50.00")


def test_after_five_declines_the_payment_is_closed(card):
    """S9: nobody tries out stolen cards on one form."""
    payment, secret = make_started_payment()
    for _ in range(5):
        card.pay(secret, "4000000000000002")
        sync(payment)
    assert payment.state == State.AWAITING_CUSTOMER
    sync(payment)
    assert payment.state == State.EXPIRED
    assert "error" in card.pay(secret)


def test_after_ten_declines_all_open_payments_of_a_customer_are_closed(card):
    """S9: forms opened beforehand are no supply of attempts."""
    customer = make_customer()
    tried, _secret = make_started_payment(customer=customer, money=usd("10.00"))
    opened_before, secret = make_started_payment(customer=customer, money=usd("10.00"))
    Decline.objects.bulk_create(
        Decline(payment=tried, object_id=f"ch_{n}", kind="hard", code="x") for n in range(10)
    )
    sync(opened_before)
    assert opened_before.state == State.EXPIRED
    assert "error" in card.pay(secret)


def test_refunds_and_disputes_made_at_the_gateway_are_posted(card):
    """W2, M6, M7: and a won dispute comes back once."""
    customer = make_customer()
    payment, secret = make_started_payment(customer=customer, money=usd("100.00"))
    card.pay(secret)
    card.act(payment.gateway_id, "refund", amount=3000)
    sync(payment)
    assert payment.state == State.PARTIALLY_REFUNDED
    assert balance_of(customer) == usd("70.00")
    card.act(payment.gateway_id, "dispute")
    sync(payment)
    assert payment.state == State.DISPUTED
    card.act(payment.gateway_id, "win_dispute")
    sync(payment)
    sync(payment)
    assert payment.state == State.PARTIALLY_REFUNDED
    assert balance_of(customer) == usd("70.00")


def test_a_refund_that_fails_later_is_back_on_the_balance_once(card):
    customer = make_customer()
    payment, secret = make_started_payment(customer=customer, money=usd("100.00"))
    card.pay(secret)
    card.act(payment.gateway_id, "refund", amount=3000)
    sync(payment)
    assert balance_of(customer) == usd("70.00")
    card.act(payment.gateway_id, "settle_refund", succeeds=False)
    sync(payment)
    sync(payment)
    assert payment.state == State.SUCCEEDED
    assert balance_of(customer) == usd("100.00")
    assert [kind for kind, _source in entries_of(payment)] == ["top_up", "refund", "refund_failed"]


def test_a_refund_beyond_the_balance_leaves_it_negative(card):
    customer = make_customer()
    payment, secret = make_started_payment(customer=customer)
    card.pay(secret)
    sync(payment)
    card.act(payment.gateway_id, "dispute")
    card.act(payment.gateway_id, "lose_dispute")
    sync(payment)
    assert payment.state == State.CHARGED_BACK
    assert balance_of(customer) == usd("0")


def test_a_wrong_key_leaves_the_payment_open_and_is_not_written_down(card, settings):
    settings.STRIPE_SECRET_KEY = "sk_test_wrong"
    payment = make_payment()
    with pytest.raises(GatewayError) as refused:
        sync(payment)
    assert not refused.value.permanent
    payment.refresh_from_db()
    assert payment.state == State.CREATED
    assert "sk_test" not in payment.events.get().detail


def test_a_payment_the_gateway_has_forgotten_is_for_staff_after_a_day(card):
    payment, _secret = make_started_payment()
    card.reset()
    with pytest.raises(GatewayError):
        sync(payment)
    payment.refresh_from_db()
    assert payment.needs_review == ""
    assert payment.next_poll_at is not None
    late = utc_now() + PROFILE.unpaid_expires_after + timedelta(seconds=1)
    with pytest.raises(GatewayError):
        sync_payment(payment_id=payment.pk, source=POLL, now=late)
    payment.refresh_from_db()
    assert "resource_missing" in payment.needs_review
    assert payment.next_poll_at is None


def test_a_try_that_is_paid_late_ends_the_newer_one_and_the_top_up_is_paid(card):
    """The first card form was closed for its age while its bank was still thinking."""
    payment, _secret = make_started_payment()
    late = utc_now() + PROFILE.unpaid_expires_after + timedelta(seconds=1)
    sync_payment(payment_id=payment.pk, source=POLL, now=late)
    second = retry_top_up(top_up_id=payment.top_up_id, ip_address=None, now=utc_now())
    sync(second)
    say_paid(payment)
    assert deciding_payment(payment.top_up) == payment
    assert top_up_progress(payment.top_up).headline == "Paid"

    sync(second)
    assert second.state == State.EXPIRED
    assert not may_be_taken(payment_id=second.pk)
    assert retry_top_up(top_up_id=payment.top_up_id, ip_address=None, now=utc_now()) == payment


def say_paid(payment) -> None:
    """The truth that no sandbox can make: a canceled intent that took money after all."""
    payment.refresh_from_db()
    capture = observed(FactKind.CAPTURE, "ch_late", payment.money)
    snapshot = Snapshot(payment.gateway_id, payment.idempotency_key, facts=(capture,))
    apply_snapshot(
        payment_id=payment.pk, snapshot=snapshot, asked_at=utc_now(), source=POLL, now=utc_now()
    )
