"""What a switch does: one connection that is kept, batches of rated events, one after the other."""

import http.client
import os
import random
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

from django.db import transaction

from accounts.models import Customer
from billing.models import (
    AccountKind,
    Balance,
    EntryKind,
    LedgerAccount,
    Purse,
    Switch,
    SwitchToken,
)
from billing.services.issue_switch_token import issue_switch_token
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entries import NewEntry, post_entries
from billing.services.post_entry import Line, post_entry
from commpeak.lib.money import Money

# With few customers the clients would mostly wait for each other, which no provider's traffic does.
CALLERS = 10_000
FIRST_NUMBER = 70_000_000
BATCH = 500
CREDIT_LIMIT = Decimal(10) ** 12  # no event is ever refused
BONUS = Money(Decimal(10_000), "USD")  # of every tenth caller: more than a run can spend
AMOUNT = Money(Decimal("0.012345"), "USD")


def setup() -> str:
    """The callers, and a switch; its token."""
    with transaction.atomic():
        _open_callers()
        open_internal_account(kind=AccountKind.REVENUE, name="voice", currency="USD")
        _give_bonuses()
        switch = Switch.objects.create(name="bench")
    return issue_switch_token(
        switch=switch, scopes=[SwitchToken.Scope.USAGE_WRITE], created_by=None
    )


def _open_callers() -> None:
    """As open_balances would, in bulk and with the voice balance only."""
    customers = Customer.objects.bulk_create(
        Customer(currency="USD", account_number=str(FIRST_NUMBER + number))
        for number in range(CALLERS)
    )
    LedgerAccount.objects.bulk_create(
        LedgerAccount(
            code=f"usage:{kind}:{customer.account_number}",
            kind=kind,
            currency="USD",
            customer=customer,
            purse=Purse.VOICE,
        )
        for customer in customers
        for kind in (AccountKind.BALANCE, AccountKind.PROMO)
    )
    Balance.objects.filter(account__kind=AccountKind.BALANCE).update(credit_limit=CREDIT_LIMIT)


def _give_bonuses() -> None:
    expense = open_internal_account(kind=AccountKind.PROMO_EXPENSE, currency="USD")
    promo = LedgerAccount.objects.filter(kind=AccountKind.PROMO, code__startswith="usage:")
    for account_id in promo.order_by("id").values_list("id", flat=True)[::10]:
        post_entry(
            source=f"bonus:{account_id}",
            kind=EntryKind.PROMO,
            lines=[Line(expense, -BONUS), Line(account_id, BONUS)],
            occurred_at=datetime.now(tz=UTC),
            actor="bench",
        )


def report() -> int:
    """A batch over HTTP; counts the events that were charged."""
    batch = _batch()
    try:
        answer = _post(batch)
    except (BrokenPipeError, http.client.RemoteDisconnected):  # idle for longer than it is kept
        _connection().close()
        answer = _post(batch)
    return answer.count(b'"charged"')


def post_bare_batch() -> int:
    """The same number of calls by the ledger's batch; counts the calls."""
    verdicts = post_entries(entries=[_call() for _ in range(BATCH)])
    return sum(not verdict.is_refused for verdict in verdicts)


def _post(batch: bytes) -> bytes:
    connection = _connection()
    connection.request("POST", "/api/v1/usage", batch, _headers())
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"the API answered {answer.status}: {body[:200]!r}")
    return body


def _batch() -> bytes:
    name, at = uuid.uuid4().hex, datetime.now(tz=UTC).isoformat()
    events = ",".join(
        f'{{"id":"{name}-{number}","account_number":"{FIRST_NUMBER + random.randrange(CALLERS)}",'
        f'"purse":"voice","amount":"0.012345","currency":"USD","occurred_at":"{at}",'
        f'"description":"Call to +44 20 7946 0{number:03}, 1:35","quantity":1}}'
        for number in range(BATCH)
    )
    return f'{{"events":[{events}]}}'.encode()


def _call() -> NewEntry:
    return NewEntry(
        source=str(uuid.uuid4()),
        kind=EntryKind.USAGE,
        lines=[Line(random.choice(_callers()), -AMOUNT), Line(_revenue(), AMOUNT)],
        occurred_at=datetime.now(tz=UTC),
        actor="bench",
        memo="Call to +44 20 7946 0001, 1:35",
    )


@cache
def _connection() -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", int(os.environ["BENCH_PORT"]), timeout=30)


@cache
def _headers() -> dict[str, str]:
    token = os.environ["BENCH_TOKEN"]
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


@cache
def _callers() -> list[int]:
    callers = LedgerAccount.objects.filter(code__startswith=f"usage:{AccountKind.BALANCE}:")
    return list(callers.values_list("id", flat=True))


@cache
def _revenue() -> int:
    return open_internal_account(kind=AccountKind.REVENUE, name="voice", currency="USD")
