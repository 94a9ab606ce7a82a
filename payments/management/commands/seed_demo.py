"""manage.py seed_demo: logins and promo codes to try the portal with. Development only."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Address, Customer
from accounts.services.create_login import create_login
from accounts.services.open_customer import open_customer
from accounts.staff_roles import Role
from billing.models import EntryKind, PromoCode, Purse
from billing.selectors.customer_account import customer_account
from billing.services.open_balances import open_balances
from billing.services.post_gateway_money import post_gateway_money
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from payments.management.demo_bank_accounts import DEMO_BANK_ACCOUNTS
from payments.management.demo_wires import send_demo_wires
from payments.models.refill import CardSetup, GatewayCustomer, SavedCard
from payments.models.wire import BankAccount


@dataclass(frozen=True)
class DemoLogin:
    """An e-mail address, its published password, and what the login is good for."""

    email: str
    password: str
    purpose: str
    roles: tuple[Role, ...] = ()


DEMO = DemoLogin("demo@example.com", "demo-portal-2026", "address complete, a small Voice balance")
NEW = DemoLogin("new@example.com", "new-portal-2026", "fresh sign-up, no address yet")
STAFF = DemoLogin("staff@example.com", "staff-portal-2026", "administration: everything")
CLERK = DemoLogin(
    "clerk@example.com", "clerk-portal-2026", "administration: wires", (Role.WIRE_CLERK,)
)
APPROVER = DemoLogin(
    "approver@example.com",
    "approver-portal-2026",
    "administration: the second person",
    (Role.APPROVER,),
)
OPENING_BALANCE = Decimal("12.50")
# Many uses, so that it can be tried again and again.
PROMO_CODES: dict[str, dict[str, Any]] = {
    "WELCOME10": {
        "percent": Decimal(10),
        "bonus_max": Decimal(50),
        "top_up_min": Decimal(20),
        "bonus_valid_days": 90,
        "uses_per_customer_max": 1000,
    },
    "SMS5": {
        "fixed": Decimal(5),
        "purse": Purse.SMS,
        "top_up_min": Decimal(25),
        "uses_per_customer_max": 1000,
    },
}


class Command(BaseCommand):
    help = "Creates the demo's logins and promo codes, or sets passwords again. Not with DEBUG off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--forget-cards",
            action="store_true",
            help="saved cards of the last demo: its sandbox kept them in memory only",
        )
        parser.add_argument("--bank-url", default="", help="the sandbox, for the demo's wires")

    def handle(self, *args: Any, **options: Any) -> None:
        """A second call opens nothing and posts nothing; it prints the same lines."""
        if not settings.DEBUG:
            raise CommandError("These passwords are published: seed_demo runs with DEBUG on only.")
        _open(NEW)
        _complete(_open(DEMO))
        _open_bank_accounts()
        if options["forget_cards"]:
            _forget_cards()
        if options["bank_url"]:
            send_demo_wires(bank_url=options["bank_url"], now=utc_now())
        create_login(email=STAFF.email, password=STAFF.password, is_superuser=True)
        for login in (CLERK, APPROVER):
            create_login(email=login.email, password=login.password, roles=login.roles)
        for code, terms in PROMO_CODES.items():
            PromoCode.objects.get_or_create(
                code=code, defaults={"currency": settings.ACCOUNT_CURRENCY} | terms
            )
        for login in (DEMO, NEW, STAFF, CLERK, APPROVER):
            self.stdout.write(f"{login.email:<20} {login.password:<20} {login.purpose}")
        self.stdout.write("promo codes          WELCOME10 (10 % more), SMS5 (5.00 more on SMS)")


def _forget_cards() -> None:
    """Rules pause at their next look, and their owner saves a card anew."""
    SavedCard.objects.filter(removed_at=None).update(removed_at=utc_now())
    CardSetup.objects.update(look_at=None)
    GatewayCustomer.objects.all().delete()


def _open(login: DemoLogin) -> Customer:
    user = create_login(email=login.email, password=login.password)
    customer = open_customer(user=user, currency=settings.ACCOUNT_CURRENCY, now=utc_now())
    open_balances(customer=customer, credit_limit=settings.SIGNUP_CREDIT_LIMIT)
    return customer


def _open_bank_accounts() -> None:
    """One per currency, unless staff have entered theirs."""
    for account in DEMO_BANK_ACCOUNTS:
        if not BankAccount.objects.filter(currency=account["currency"]).exists():
            bank_account = BankAccount(**account)
            bank_account.full_clean()
            bank_account.save()


def _complete(customer: Customer) -> None:
    """A person with an address, and an opening balance that is posted once."""
    Customer.objects.filter(pk=customer.pk, name="").update(name="Dana Demo")
    Address.objects.filter(customer=customer, country_code="").update(
        country_code="US",
        street_address="1 Example Street",
        city="Springfield",
        country_area="IL",
        postal_code="62701",
    )
    post_gateway_money(
        kind=EntryKind.TOP_UP,
        account_id=customer_account(customer=customer, purse=Purse.VOICE).pk,
        money=Money(OPENING_BALANCE, customer.currency),
        gateway="demo",
        source=f"demo:opening-balance:{customer.account_number}",
        occurred_at=customer.created_at,
        actor="seed_demo",
        memo="Opening balance of the demo",
    )
