"""Customers for tests on running processes, and their way in without the log-in page."""

from decimal import Decimal
from uuid import uuid4

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client

from accounts.models import Customer, User
from accounts.tests.builders import PASSWORD, make_user
from accounts.tests.builders import make_customer as make_bare_customer
from billing.models import Purse
from billing.selectors.customer_balances import customer_balances
from billing.services.open_balances import open_balances
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from payments.models import PaymentEvent, TopUp
from payments.services.start_top_up import start_top_up
from payments.services.sync_payment import sync_payment


def make_customer(**facts: object) -> Customer:
    """Both balances open and empty, no credit limit; Ada Lovelace's address unless told so."""
    customer = make_bare_customer(user=make_user(), **facts)
    open_balances(customer=customer, credit_limit=Decimal(0))
    return customer


def user_of(customer: Customer) -> User:
    return User.objects.get(memberships__customer=customer)


def give_real_password(customer: Customer) -> None:
    """PASSWORD as the running portal hashes it (anything less it would hash anew, which ends
    sessions); this test process takes a short cut."""
    hasher = PBKDF2PasswordHasher()
    hashed = hasher.encode(PASSWORD, hasher.salt())
    User.objects.filter(memberships__customer=customer).update(password=hashed)


def session_cookie(customer: Customer) -> str:
    return session_cookie_of(user_of(customer))


def session_cookie_of(user: User) -> str:
    """A session as logging in makes it; it is in the database, so every process knows it."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return str(client.cookies["sessionid"].value)


def balance_of(customer: Customer, purse: Purse = Purse.VOICE) -> Money:
    return next(b.money for b in customer_balances(customer) if b.purse == purse)


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def make_waiting_top_up(customer: Customer, method: str = "card") -> TopUp:
    """50.00 USD on Voice that waits at the gateway for its customer."""
    top_up, payment = start_top_up(
        customer=customer,
        purse=Purse.VOICE,
        money=usd("50.00"),
        method=method,
        request_key=uuid4(),
        ip_address=None,
        now=utc_now(),
    )
    sync_payment(payment_id=payment.pk, source=PaymentEvent.Source.WEB, now=utc_now())
    return top_up
