"""Builders that name only what a test is about."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

from accounts.models import Customer
from accounts.tests.builders import agree_to
from accounts.tests.builders import make_customer as make_bare_customer
from billing.models import JournalEntry, Purse
from billing.selectors.customer_balances import customer_balances
from billing.services.open_balances import open_balances
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from payments.gateways.base import CardForm, ObservedFact, Snapshot
from payments.gateways.registry import gateway_for
from payments.models import Payment, PaymentEvent
from payments.services.start_top_up import start_top_up
from payments.services.sync_payment import sync_payment
from payments.states import FactKind

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
POLL = PaymentEvent.Source.POLL


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def make_customer(**fields) -> Customer:
    """A customer who may top up: address complete, both balances open and empty."""
    customer = make_bare_customer(**fields)
    open_balances(customer=customer, credit_limit=Decimal(0))
    return customer


def make_payment(
    *,
    customer: Customer | None = None,
    money: Money | None = None,
    purse: Purse = Purse.VOICE,
    method: str = "card",
    ip_address: str | None = None,
) -> Payment:
    """The first payment of a new top-up, which no gateway has heard of yet; its customer has
    agreed to the terms of that way to pay."""
    customer = customer or make_customer()
    if slug := gateway_for(method).profile.terms:
        agree_to(slug, customer)
    _top_up, payment = start_top_up(
        customer=customer,
        purse=purse,
        money=money or usd("50.00"),
        method=method,
        request_key=uuid4(),
        ip_address=ip_address,
        now=utc_now(),
    )
    return payment


def make_started_payment(**facts) -> tuple[Payment, str]:
    """A payment that waits at the gateway for a card, and its client secret."""
    payment = make_payment(**facts)
    return payment, client_secret_of(payment)


def client_secret_of(payment: Payment) -> str:
    form = sync(payment).next_step
    assert isinstance(form, CardForm)
    return form.client_secret


def sync(payment: Payment, source: PaymentEvent.Source = POLL) -> Snapshot:
    snapshot = sync_payment(payment_id=payment.pk, source=source, now=utc_now())
    payment.refresh_from_db()
    return snapshot


def balance_of(customer: Customer, purse: Purse = Purse.VOICE) -> Money:
    return next(b.money for b in customer_balances(customer) if b.purse == purse)


def entries_of(payment: Payment) -> list[tuple[str, str]]:
    """Kind and source of every journal entry about this payment, in the order of posting."""
    entries = JournalEntry.objects.filter(memo__startswith=payment.top_up.reference)
    return list(entries.order_by("pk").values_list("kind", "source"))


def observed(kind: FactKind, object_id: str, money: Money) -> ObservedFact:
    return ObservedFact(kind, object_id, money, NOON)
