"""Every rule that can say no says it before anything is charged, and says why."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from billing.models import Purse
from commpeak.lib.client_address import UNKNOWN_ADDRESS
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from commpeak.lib.money import Money
from payments.gateways.base import Snapshot
from payments.models import Decline, Payment, TopUp
from payments.selectors.declines import DECLINES_PER_ADDRESS_PER_HOUR_MAX
from payments.services.apply_snapshot import apply_snapshot
from payments.services.retry_top_up import retry_top_up
from payments.services.start_top_up import start_top_up
from payments.states import FactKind, State
from payments.tests.builders import POLL, make_customer, make_payment, observed, usd

pytestmark = pytest.mark.django_db


def start(customer, money, *, purse=Purse.VOICE, key=None, ip_address=None, now=None):
    return start_top_up(
        customer=customer,
        purse=purse,
        money=money,
        method="card",
        request_key=key or uuid4(),
        ip_address=ip_address,
        now=now or utc_now(),
    )


def say(payment: Payment, **said) -> None:
    snapshot = Snapshot(gateway_id=f"pi_{payment.pk}", key=payment.idempotency_key, **said)
    now = utc_now()
    apply_snapshot(payment_id=payment.pk, snapshot=snapshot, asked_at=now, source=POLL, now=now)


def credit(payment: Payment, days_ago: int = 0) -> None:
    fact = observed(FactKind.CAPTURE, f"ch_{payment.pk}", payment.money)
    at = utc_now() - timedelta(days=days_ago)
    say(payment, facts=(type(fact)(fact.kind, fact.object_id, fact.money, at),))


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("9.99", "The smallest top-up is 10.00 USD."),
        ("5000.01", "At most 5,000.00 USD is possible for one top-up."),
        ("500.01", "At most 500.00 USD is possible for a new customer within 24 hours."),
    ],
)
def test_the_limit_is_named(amount, reason):
    with pytest.raises(Refused) as refusal:
        start(make_customer(), usd(amount))
    assert refusal.value.user_text == reason
    assert not TopUp.objects.exists()


@pytest.mark.parametrize("amount", ["10.00", "500.00"])
def test_the_limits_themselves_are_allowed(amount):
    top_up, payment = start(make_customer(), usd(amount))
    assert top_up.money == payment.money == usd(amount)


def test_the_new_customers_ceiling_counts_both_balances_and_open_payments():
    customer = make_customer(sms_currency="USD")
    start(customer, usd("300.00"))
    with pytest.raises(Refused, match=r"At most 200\.00 USD"):
        start(customer, usd("200.01"), purse=Purse.SMS)


def test_a_dead_payment_does_not_count():
    customer = make_customer()
    _top_up, payment = start(customer, usd("500.00"))
    say(payment, dead=State.CANCELED)
    assert start(customer, usd("500.00"))


def test_the_ceiling_ends_thirty_days_after_the_first_payment():
    customer = make_customer()
    credit(start(customer, usd("100.00"))[1], days_ago=31)
    assert start(customer, usd("5000.00"))


def test_a_payment_that_was_taken_back_earns_no_trust():
    customer = make_customer()
    payment = start(customer, usd("100.00"))[1]
    credit(payment, days_ago=31)
    dispute = observed(FactKind.DISPUTE, "dp_1", usd("100.00"))
    say(payment, facts=(dispute,))
    with pytest.raises(Refused, match="a new customer within 24 hours"):
        start(customer, usd("500.01"))


def test_the_maximum_balance_counts_what_is_there_and_what_is_open():
    customer = make_customer()
    credit(start(customer, usd("100.00"))[1], days_ago=31)
    for _ in range(3):
        start(customer, usd("5000.00"))
    with pytest.raises(Refused, match=r"At most 4,900\.00 USD is possible for this balance"):
        start(customer, usd("5000.00"))


def test_an_incomplete_address_is_refused():
    """Article: complete your address before topping up."""
    with pytest.raises(Refused, match="address"):
        start(make_customer(address_complete=False), usd("50.00"))


def test_sms_needs_its_currency_first():
    with pytest.raises(Refused, match="currency of your SMS balance"):
        start(make_customer(), usd("50.00"), purse=Purse.SMS)


def test_another_currency_than_the_balances_is_refused():
    """M10"""
    with pytest.raises(Refused, match="USD"):
        start(make_customer(), Money(usd("50").amount, "EUR"))


def test_the_same_form_twice_is_one_top_up():
    customer, key = make_customer(), uuid4()
    first, payment = start(customer, usd("50.00"), key=key)
    assert start(customer, usd("99.00"), key=key) == (first, payment)


def test_another_customers_form_key_finds_nothing():
    key = uuid4()
    first, _ = start(make_customer(), usd("50.00"), key=key)
    second, _ = start(make_customer(), usd("50.00"), key=key)
    assert first.pk != second.pk


@pytest.fixture
def at_most_three(monkeypatch):
    """Attempts of one customer, and from one address."""
    for name in ("PER_CUSTOMER_MAX", "PER_ADDRESS_MAX"):
        monkeypatch.setattr(f"payments.services.check_top_up_throttle.{name}", 3)


@pytest.mark.usefixtures("at_most_three")
def test_too_many_attempts_by_one_customer_are_refused():
    """S9"""
    customer = make_customer()
    for _ in range(3):
        say(start(customer, usd("10.00"))[1], dead=State.CANCELED)
    with pytest.raises(Refused, match="Too many payment attempts"):
        start(customer, usd("10.00"))
    assert start(customer, usd("10.00"), now=utc_now() + timedelta(minutes=61))


@pytest.mark.usefixtures("at_most_three")
@pytest.mark.parametrize(
    ("address", "same", "other"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
        ("2001:db8::7", "2001:db8::ffff:1", "2001:db8:0:1::7"),  # a network of one's own
    ],
)
def test_too_many_attempts_from_one_address_are_refused(address: str, same: str, other: str):
    """S9"""
    now = utc_now()
    for _ in range(3):
        start(make_customer(), usd("10.00"), ip_address=address)
    with pytest.raises(Refused):
        start(make_customer(), usd("10.00"), ip_address=same, now=now)
    assert start(make_customer(), usd("10.00"), ip_address=other, now=now)
    assert start(make_customer(), usd("10.00"), ip_address=None, now=now)


@pytest.mark.usefixtures("at_most_three")
def test_customers_whose_address_is_not_known_are_not_counted_as_one():
    for _ in range(4):
        start(make_customer(), usd("10.00"), ip_address=UNKNOWN_ADDRESS)
    assert TopUp.objects.count() == 4


def test_too_many_declines_of_one_customer_are_refused():
    payment = make_payment()
    Decline.objects.bulk_create(
        Decline(payment=payment, object_id=f"ch_{n}", kind="hard", code="x") for n in range(10)
    )
    with pytest.raises(Refused, match="Too many"):
        start(payment.top_up.customer, usd("10.00"))


def test_too_many_declines_from_one_address_are_refused():
    """S9: by however many customers; a neighbour is free, and so is everybody an hour later."""
    now = utc_now()
    _top_up, tried = start(make_customer(), usd("10.00"), ip_address="192.0.2.7", now=now)
    ids = [f"ch_{n}" for n in range(DECLINES_PER_ADDRESS_PER_HOUR_MAX)]
    declines = [Decline(payment=tried, object_id=one, kind="hard", code="x") for one in ids]
    Decline.objects.bulk_create(declines[1:])
    assert start(make_customer(), usd("10.00"), ip_address="192.0.2.7", now=now)
    declines[0].save()
    with pytest.raises(Refused, match="Too many"):
        start(make_customer(), usd("10.00"), ip_address="192.0.2.7", now=now)
    assert start(make_customer(), usd("10.00"), ip_address="192.0.2.8", now=now)
    later = now + timedelta(minutes=61)
    assert start(make_customer(), usd("10.00"), ip_address="192.0.2.7", now=later)


def test_a_retry_opens_a_second_payment_with_a_key_of_its_own():
    payment = make_payment()
    say(payment, dead=State.CANCELED)
    again = retry_top_up(top_up_id=payment.top_up_id, ip_address=None, now=utc_now())
    assert again.idempotency_key == f"{payment.top_up.reference}-2"
    assert again.money == payment.money
    assert retry_top_up(top_up_id=payment.top_up_id, ip_address=None, now=utc_now()) == again


def test_a_payment_that_can_still_succeed_is_not_doubled():
    payment = make_payment()
    assert retry_top_up(top_up_id=payment.top_up_id, ip_address=None, now=utc_now()) == payment


@pytest.mark.django_db(transaction=True)
def test_two_tabs_cannot_exceed_the_ceiling_together():
    customer = make_customer()

    def press_checkout(_tab: int) -> bool:
        try:
            start(customer, usd("300.00"))
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(press_checkout, range(8))) == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_top_up():
    customer, key = make_customer(), uuid4()

    def press_checkout(_click: int) -> int:
        try:
            return start(customer, usd("50.00"), key=key)[0].pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(press_checkout, range(8)))) == 1
