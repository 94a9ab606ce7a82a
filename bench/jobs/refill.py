"""Usage that keeps balances falling under their thresholds, at a steady pace."""

import json
import os
import random
import time
import uuid
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

from django.conf import settings
from django.db import connection

from accounts.models import Address, Customer
from billing.models import AccountKind, DueBalance, EntryKind, LedgerAccount, Purse
from billing.selectors.account_balance import account_balance
from billing.selectors.customer_account import customer_account
from billing.services.open_balances import open_balances
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entries import NewEntry, post_entries
from billing.services.post_entry import Line
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from payments.models.refill import RefillAttempt
from payments.refill_numbers import RefillNumbers
from payments.services.finish_card_setup import finish_card_setup
from payments.services.refill_balance import refill_balance
from payments.services.start_card_setup import begin_card_setup, start_card_setup
from payments.services.turn_on_refill import turn_on_refill
from sandbox.testing import Sandbox

CROSSINGS = int(os.environ.get("BENCH_CROSSINGS", "220"))
EVENTS_PER_SECOND = 1000
BATCH = 50
TRIGGERS = int(os.environ.get("BENCH_TRIGGERS", "1000"))
SPENDS = "BENCH_SPENDS" in os.environ
THRESHOLD = Decimal(20)
BATCHES_PER_CROSSING = 5  # four refills a second: 14,400 an hour
OPENING, CALL, LONG_CALL = Decimal(25), Decimal("0.0001"), Decimal(6)  # under THRESHOLD


def usd(amount: Decimal) -> Money:
    return Money(amount, "USD")


def create_lookup_database() -> str:
    """Beside this one; its name."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE refill_lookup")
    return "refill_lookup"


def setup() -> int:
    """As many customers as crossings, each with a saved card and a rule that is on."""
    sandbox = Sandbox(
        base_url=settings.STRIPE_API_BASE,
        secret_key=settings.STRIPE_SECRET_KEY,
        publishable_key=settings.STRIPE_PUBLISHABLE_KEY,
    )
    for number in range(CROSSINGS):
        _customer_with_refill(str(30_000_000 + number), sandbox)
    return CROSSINGS


def _customer_with_refill(account_number: str, sandbox: Sandbox) -> None:
    customer = Customer.objects.create(
        currency="USD", account_number=account_number, name="Bench", time_zone="UTC"
    )
    Address.objects.create(
        customer=customer,
        country_code="DE",
        street_address="Torstraße 1",
        city="Berlin",
        postal_code="10119",
    )
    open_balances(customer=customer, credit_limit=Decimal(0))
    post_entries(entries=[_entry(_voice(customer), EntryKind.TOP_UP, usd(OPENING))])
    card_setup = start_card_setup(customer=customer, rule=None, now=utc_now())
    sandbox.pay(begin_card_setup(setup=card_setup).form.client_secret)
    finish_card_setup(setup_id=card_setup.pk, now=utc_now())
    turn_on_refill(
        customer=customer,
        purse=Purse.VOICE,
        numbers=RefillNumbers(usd(Decimal(50)), usd(THRESHOLD), 3),
        card=customer.saved_cards.get(),
        ip_address=None,
        now=utc_now(),
    )


def due_now() -> int:
    """How many balances wait to be looked at: each does once when its rule is turned on."""
    return DueBalance.objects.filter(look_at__lte=utc_now()).count()


def cross() -> str:
    """Each balance falls under its threshold once, between calls on all the others. As JSON: the
    moment before each such debit was posted, by account number, and the pace that was kept."""
    accounts = _refilled_accounts()
    crossed: dict[str, float] = {}
    begun, batches = time.time(), 0
    while len(crossed) < CROSSINGS:
        entries = [_call(random.choice(accounts).pk, CALL) for _ in range(BATCH - 1)]
        if batches % BATCHES_PER_CROSSING == 0:
            falling = accounts[len(crossed)]
            entries.append(_call(falling.pk, LONG_CALL))
            crossed[falling.customer.account_number] = time.time()
        post_entries(entries=entries)
        batches += 1
        time.sleep(max(0.0, begun + batches * BATCH / EVENTS_PER_SECOND - time.time()))
    pace = batches * BATCH / (time.time() - begun)
    return json.dumps({"crossed": crossed, "events_per_second": pace})


def fall() -> int:
    """Every balance falls under its threshold, one after the other."""
    for account in _refilled_accounts():
        post_entries(entries=[_call(account.pk, LONG_CALL)])
    return CROSSINGS


def hammer() -> int:
    """The first balance is looked at over and over. One of those who do it also spends what was
    lifted above the threshold, so that there is ever new need."""
    account = _refilled_accounts()[0]
    for _number in range(TRIGGERS):
        if SPENDS:
            _fall_under_the_threshold(account)
        refill_balance(balance_id=account.pk, now=utc_now())
    return TRIGGERS


def _fall_under_the_threshold(account: LedgerAccount) -> None:
    above = account_balance(account).amount - THRESHOLD
    if above >= 0:
        post_entries(entries=[_call(account.pk, above + 1)])


def left_to_refill() -> int:
    return CROSSINGS - RefillAttempt.objects.filter(state=RefillAttempt.State.DONE).count()


def attempt_states() -> str:
    """How many slots ended how, as JSON."""
    return json.dumps(Counter(RefillAttempt.objects.values_list("state", flat=True)))


def charge_requests() -> str:
    """When each refill's charge was asked for at the gateway, by account number: payments note
    the moment before the request that was answered (no webhooks and no polls run here)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer.account_number, extract(epoch FROM payment.observed_at)"
            " FROM payments_refillattempt attempt"
            " JOIN payments_payment payment ON payment.top_up_id = attempt.top_up_id"
            " JOIN payments_topup top_up ON top_up.id = attempt.top_up_id"
            " JOIN accounts_customer customer ON customer.id = top_up.customer_id"
            " WHERE payment.observed_at IS NOT NULL"
        )
        return json.dumps({number: float(at) for number, at in cursor.fetchall()})


def _refilled_accounts() -> list[LedgerAccount]:
    found = LedgerAccount.objects.filter(
        kind=AccountKind.BALANCE, purse=Purse.VOICE, customer__refill_rules__isnull=False
    )
    return list(found.select_related("customer").order_by("pk"))


def _call(account_id: int, amount: Decimal) -> NewEntry:
    return _entry(account_id, EntryKind.USAGE, usd(-amount))


def _entry(account_id: int, kind: EntryKind, money: Money) -> NewEntry:
    return NewEntry(
        source=f"bench:{uuid.uuid4().hex}",
        kind=kind,
        lines=[Line(account_id, money), Line(_revenue(), -money)],
        occurred_at=datetime.now(tz=UTC),
        actor="bench",
        forced=kind is EntryKind.USAGE,
    )


def _voice(customer: Customer) -> int:
    return customer_account(customer=customer, purse=Purse.VOICE).pk


@cache
def _revenue() -> int:
    return open_internal_account(kind=AccountKind.REVENUE, name="voice", currency="USD")
