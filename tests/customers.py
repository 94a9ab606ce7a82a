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
from payments.models.refill import AutoRefillRule, CardSetup, SavedCard
from payments.refill_numbers import RefillNumbers
from payments.refill_reasons import Reason
from payments.services.look_at_refill import look_at_refill
from payments.services.note_refill import note_refill
from payments.services.start_card_setup import start_card_setup
from payments.services.start_top_up import start_top_up
from payments.services.sync_payment import sync_payment
from payments.services.turn_on_refill import turn_on_refill


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


def give_refills(customer: Customer) -> CardSetup:
    """Two saved cards and one that is being saved; both balances refilled, Voice waiting for money
    under way and SMS being charged, each with more history than the overview shows."""
    cards = [_saved_card(customer, last_four) for last_four in ("4242", "4444")]
    for purse in Purse:
        rule = _refill(customer, purse, cards[0])
        for day in range(8):
            note_refill(
                rule=rule, code=Reason.CARD_CHANGED, facts={"card": f"{day}"}, now=utc_now()
            )
        look_at_refill(balance_id=rule.balance_id, now=utc_now())
    return start_card_setup(customer=customer, rule=rule, now=utc_now())


def _saved_card(customer: Customer, last_four: str) -> SavedCard:
    return SavedCard.objects.create(
        customer=customer,
        gateway_id=f"pm_{customer.pk}_{last_four}",
        brand="visa",
        last_four=last_four,
        expires_year=utc_now().year + 3,
        expires_month=12,
        position=int(last_four),
    )


def _refill(customer: Customer, purse: Purse, card: SavedCard) -> AutoRefillRule:
    return turn_on_refill(
        customer=customer,
        purse=purse,
        numbers=RefillNumbers(usd("50"), usd("20"), 3, monthly_max=usd("300")),
        card=card,
        ip_address="192.0.2.7",
        now=utc_now(),
    ).rule
