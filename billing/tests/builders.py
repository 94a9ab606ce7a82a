"""Builders that name only what a test is about."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from accounts.models import Customer
from billing.models import AccountKind, EntryKind, LedgerAccount, Purse
from billing.selectors.customer_account import customer_account
from billing.services.open_balances import open_balances
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entry import Line, PostedEntry, post_entry
from billing.services.post_gateway_money import post_gateway_money
from billing.usage import UsageEvent
from commpeak.lib.money import Money

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_numbers = count(1)


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def make_customer(*, credit_limit: str = "0", currency: str = "USD") -> Customer:
    """A customer with both balances open and empty."""
    customer = Customer.objects.create(currency=currency, name="Ada Lovelace")
    open_balances(customer=customer, credit_limit=Decimal(credit_limit))
    return customer


def voice_of(customer: Customer) -> LedgerAccount:
    return customer_account(customer=customer, purse=Purse.VOICE)


def clearing(currency: str = "USD") -> int:
    return open_internal_account(kind=AccountKind.CLEARING, name="card", currency=currency)


def revenue(currency: str = "USD") -> int:
    return open_internal_account(kind=AccountKind.REVENUE, name="voice", currency=currency)


def top_up(
    customer: Customer,
    amount: str,
    *,
    purse: Purse = Purse.VOICE,
    currency: str = "USD",
    source: str = "",
) -> PostedEntry:
    """Without `source` it has one that no test writes itself ("card:ch_1")."""
    return post_gateway_money(
        kind=EntryKind.TOP_UP,
        account_id=customer_account(customer=customer, purse=purse).pk,
        money=Money(Decimal(amount), currency),
        gateway="card",
        source=source or f"card:made_{next(_numbers)}",
        occurred_at=NOON,
        actor="card gateway",
        memo="Top-up by card",
    )


def spend(
    customer: Customer,
    amount: str,
    *,
    purse: Purse = Purse.VOICE,
    source: str = "",
    forced: bool = False,
    occurred_at: datetime = NOON,
) -> PostedEntry:
    account = customer_account(customer=customer, purse=purse)
    money = Money(Decimal(amount), account.currency)
    return post_entry(
        source=source or f"usage:{next(_numbers)}",
        kind=EntryKind.USAGE,
        lines=[Line(account.pk, -money), Line(revenue(account.currency), money)],
        occurred_at=occurred_at,
        actor="switch",
        forced=forced,
    )


def usage(customer: Customer, event_id: str, amount: str, **changes: Any) -> UsageEvent:
    """A call on Voice at NOON, as switch 1 reports it."""
    currency = changes.pop("currency", "USD")
    facts: dict[str, Any] = {
        "source": f"usage:1:{event_id}",
        "account_number": customer.account_number,
        "purse": Purse.VOICE,
        "money": Money(Decimal(amount), currency),
        "occurred_at": NOON,
        "memo": "Call to +44 20 7946 0001",
    }
    return UsageEvent(**(facts | changes))
