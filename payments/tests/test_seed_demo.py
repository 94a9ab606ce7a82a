"""The demo's logins are complete, repeatable, and never made in production."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import User
from accounts.selectors.current_customer import current_customer
from accounts.selectors.missing_address_parts import missing_address_parts
from billing.models import Purse
from billing.selectors.customer_balances import customer_balances
from billing.services.preview_promo import preview_promo
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from payments.management.commands.seed_demo import APPROVER, CLERK, DEMO, NEW, STAFF
from payments.models.wire import BankAccount

pytestmark = pytest.mark.django_db


def seed() -> str:
    out = StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _in_development(settings: Settings) -> None:
    settings.DEBUG = True


def test_seeding_twice_prints_the_same_and_credits_once() -> None:
    assert seed() == seed()
    customer = current_customer(User.objects.get(email=DEMO.email))
    assert customer is not None
    voice, sms = customer_balances(customer)
    assert voice.money.amount == Decimal("12.50")
    assert sms.money.amount == Decimal(0)


def test_the_demo_customer_may_top_up_at_once_and_the_new_one_may_not() -> None:
    seed()
    demo = current_customer(User.objects.get(email=DEMO.email))
    new = current_customer(User.objects.get(email=NEW.email))
    assert demo is not None
    assert new is not None
    assert missing_address_parts(demo) == []
    assert missing_address_parts(new) != []


def test_staff_may_enter_the_admin_and_is_no_customer() -> None:
    seed()
    staff = User.objects.get(email=STAFF.email)
    assert (staff.is_staff, staff.is_superuser) == (True, True)
    assert current_customer(staff) is None


def test_the_clerk_and_the_approver_have_their_roles() -> None:
    seed()
    roles = User.objects.filter(groups__isnull=False).values_list("email", "groups__name")
    assert sorted(roles) == [(APPROVER.email, "Approver"), (CLERK.email, "Wire clerk")]


def test_the_demo_has_a_bank_account_for_each_currency_and_leaves_those_of_staff_alone() -> None:
    seed()
    BankAccount.objects.filter(currency="EUR").update(holder="Ours")
    seed()
    accounts = BankAccount.objects.order_by("currency").values_list("currency", "holder")
    assert list(accounts) == [
        ("EUR", "Ours"),
        ("GBP", "CommPeak Demo Ltd"),
        ("USD", "CommPeak Demo Ltd"),
    ]


def test_the_promo_codes_that_are_printed_can_be_used() -> None:
    assert "WELCOME10" in seed()
    demo = current_customer(User.objects.get(email=DEMO.email))
    assert demo is not None
    preview = preview_promo(
        code="WELCOME10",
        customer=demo,
        purse=Purse.VOICE,
        currency=demo.currency,
        money=Money(Decimal(100), demo.currency),
        ip_address=None,
        now=utc_now(),
    )
    assert preview.bonus == Money(Decimal(10), demo.currency)


def test_published_passwords_are_refused_outside_development(
    settings: Settings,
) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG on only"):
        seed()
    assert not User.objects.exists()
