"""The stories of docs/ledger.md, posted for real and printed as the page shows them.

Each story's books are committed in books/<story>.txt, and docs/ledger.md contains that very
text. To write them anew after a change that is meant: WRITE_BOOKS=1 pytest billing -k worked.
"""

import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import Customer
from billing.models import AccountKind, EntryKind, LedgerAccount, Purse
from billing.selectors.customer_account import customer_account
from billing.selectors.printed_books import printed_books
from billing.selectors.verify import verify_ledger
from billing.services.expire_promos import expire_promos
from billing.services.open_balances import open_balances
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entry import Line, post_entry
from billing.services.post_gateway_money import post_gateway_money
from billing.services.reverse_entry import reverse_entry
from billing.services.undo_manual_entry import undo_manual_entry
from billing.tests.builders import NOON, spend, top_up, usd
from billing.tests.decision_builders import propose
from billing.tests.promo_builders import keep, make_promo, top_up_with_promo, use
from commpeak.lib.money import Money

pytestmark = pytest.mark.django_db

BOOKS = Path(__file__).parent / "books"
PAGE = settings.BASE_DIR / "docs" / "ledger.md"


@pytest.fixture
def ada():
    """Account number 12345674, credit limit 5.00, balances just opened."""
    customer = Customer.objects.create(
        account_number="12345674", name="Ada Lovelace", currency="USD"
    )
    open_balances(customer=customer, credit_limit=usd("5").amount)
    return customer


def at_gateway(kind, customer, amount, source):
    """Money that came or went at the card gateway."""
    post_gateway_money(
        kind=kind,
        account_id=customer_account(customer=customer, purse=Purse.VOICE).pk,
        money=usd(amount),
        gateway="card",
        source=source,
        occurred_at=NOON,
        actor="card gateway",
        memo="",
    )


def post(kind, source, *lines):
    return post_entry(
        source=source, kind=kind, lines=lines, occurred_at=NOON, actor="ann@example.com"
    )


def sign_up(ada):
    pass


def top_up_by_card(ada):
    top_up(ada, "50.00", source="card:ch_1")


def calls(ada):
    top_up_by_card(ada)
    spend(ada, "0.0125", source="call:1")
    spend(ada, "1.20", source="call:2")


def refund(ada):
    top_up_by_card(ada)
    at_gateway(EntryKind.REFUND, ada, "20.00", "card:re_1")


def chargeback_lost(ada):
    top_up_by_card(ada)
    spend(ada, "30.00", source="call:1")
    at_gateway(EntryKind.DISPUTE, ada, "50.00", "card:dp_1")


def chargeback_won(ada):
    chargeback_lost(ada)
    at_gateway(EntryKind.DISPUTE_WON, ada, "50.00", "card:dp_1:won")


def wrong_balance(ada):
    top_up_by_card(ada)
    voice, sms = (customer_account(customer=ada, purse=purse).pk for purse in Purse)
    post(EntryKind.MOVE, "move:1", Line(voice, usd("-50.00")), Line(sms, usd("50.00")))


def reversal(ada):
    entry_id = top_up(ada, "50.00", source="card:ch_1").entry_id
    reverse_entry(entry_id=entry_id, actor="ann@example.com", reason="Posted twice", now=NOON)


def suspense(ada):
    wire_arrives(usd("250.00"))
    parked = open_internal_account(kind=AccountKind.SUSPENSE, currency="USD")
    voice = customer_account(customer=ada, purse=Purse.VOICE).pk
    post(
        EntryKind.ASSIGNMENT, "wire:1:to", Line(parked, usd("-250.00")), Line(voice, usd("250.00"))
    )


def wire_arrives(money):
    bank, parked = (
        open_internal_account(kind=kind, name=name, currency=money.currency)
        for kind, name in [(AccountKind.BANK, "main"), (AccountKind.SUSPENSE, "")]
    )
    post(EntryKind.SUSPENSE, "wire:1", Line(bank, -money), Line(parked, money))


def wire_sent_back(ada):
    wire_arrives(usd("250.00"))
    bank = open_internal_account(kind=AccountKind.BANK, name="main", currency="USD")
    parked = open_internal_account(kind=AccountKind.SUSPENSE, currency="USD")
    post(EntryKind.RETURNED, "wire:1:back", Line(parked, usd("-250.00")), Line(bank, usd("250.00")))


def wire_in_another_currency(ada):
    euros = Money(Decimal("100.00"), "EUR")
    wire_arrives(euros)
    parked = open_internal_account(kind=AccountKind.SUSPENSE, currency="EUR")
    sold, bought = (
        open_internal_account(kind=AccountKind.EXCHANGE, currency=currency)
        for currency in ("EUR", "USD")
    )
    voice = customer_account(customer=ada, purse=Purse.VOICE).pk
    post(
        EntryKind.ASSIGNMENT,
        "wire:1:to",
        Line(parked, -euros),
        Line(sold, euros),
        Line(bought, usd("-108.34")),
        Line(voice, usd("108.34")),
    )


def manual_credit(ada):
    top_up_by_card(ada)
    decision = propose(ada, "10.00")
    spend(ada, "4.00", source="call:1")
    undone = propose(ada, "25.00")
    undo_manual_entry(
        decision_id=undone.pk, by=decision.proposed_by, reason="Meant for Eve", now=NOON
    )


def payout(ada):
    top_up_by_card(ada)
    bank = open_internal_account(kind=AccountKind.BANK, name="main", currency="USD")
    clearing = open_internal_account(kind=AccountKind.CLEARING, name="card", currency="USD")
    post(EntryKind.PAYOUT, "card:po_1", Line(bank, usd("-50.00")), Line(clearing, usd("50.00")))


def ask_with_promo(ada, **terms):
    """100.00 on Voice with a bonus of 10.00, and the card has paid."""
    make_promo("WELCOME10", **terms)
    top_up_with_promo(ada, "T-1", code="WELCOME10")


def promo_top_up(ada):
    ask_with_promo(ada)
    use(ada, "4.00", "call:1")
    use(ada, "9.00", "call:2")


def promo_refund(ada):
    """Refund 40 of a 100 + 10 promo top-up after 80 was spent."""
    ask_with_promo(ada)
    use(ada, "80.00", "call:1")
    at_gateway(EntryKind.REFUND, ada, "40.00", "card:re_1")
    keep("60.00", "T-1")


def promo_refund_of_some_bonus(ada):
    ask_with_promo(ada)
    use(ada, "7.00", "call:1")
    at_gateway(EntryKind.REFUND, ada, "100.00", "card:re_1")
    keep("0.00", "T-1")


def promo_dispute_won(ada):
    ask_with_promo(ada)
    use(ada, "7.00", "call:1")
    at_gateway(EntryKind.DISPUTE, ada, "100.00", "card:dp_1")
    keep("0.00", "T-1")
    at_gateway(EntryKind.DISPUTE_WON, ada, "100.00", "card:dp_1:won")
    keep("100.00", "T-1")


def promo_expiry(ada):
    ask_with_promo(ada, bonus_valid_days=30)
    use(ada, "4.00", "call:1")
    expire_promos(now=NOON + timedelta(days=30))


STORIES = [
    sign_up,
    top_up_by_card,
    calls,
    refund,
    chargeback_lost,
    chargeback_won,
    wrong_balance,
    reversal,
    suspense,
    wire_sent_back,
    wire_in_another_currency,
    manual_credit,
    payout,
    promo_top_up,
    promo_expiry,
    promo_refund,
    promo_refund_of_some_bonus,
    promo_dispute_won,
]


def books_of(story):
    """Accounts that took part, or all of them while nothing is posted."""
    posted = LedgerAccount.objects.filter(postings__isnull=False).distinct().order_by("code")
    return printed_books(posted or LedgerAccount.objects.order_by("code"))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_worked_example_prints_the_committed_books(story, ada):
    story(ada)
    path = BOOKS / f"{story.__name__}.txt"
    if os.environ.get("WRITE_BOOKS"):
        path.write_text(books_of(story))
    assert books_of(story) == path.read_text()
    assert [finding for finding in verify_ledger() if finding.faults] == []


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_page_shows_the_committed_books(story):
    assert f"```\n{(BOOKS / f'{story.__name__}.txt').read_text().rstrip()}\n```" in PAGE.read_text()
