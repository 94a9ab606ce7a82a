"""Locks what many customers hold, for a batch that has to decide by what is there."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

from billing.models import AccountKind
from billing.services.post_entry import Line
from commpeak.lib.money import Money

PurseKey = tuple[str, str]  # account number, purse

# In the order of the ids, as every posting locks them. Promo credit that is not there now
# needs no lock: a bonus that comes meanwhile is spent by the next batch.
# Arrays are looked up in the indexes, however many customers there are and rows are guessed.
_LOCK = """
    WITH customer AS MATERIALIZED (
        SELECT id, account_number FROM accounts_customer
        WHERE account_number = ANY (ARRAY(SELECT unnest(%s::text[])))
    ), account AS MATERIALIZED (
        SELECT a.id, a.kind, a.purse, c.account_number
        FROM billing_ledgeraccount AS a JOIN customer AS c ON c.id = a.customer_id
        WHERE a.customer_id = ANY (ARRAY(SELECT id FROM customer))
            AND a.kind IN ('balance', 'promo') AND c.account_number || a.purse = ANY (%s)
    )
    SELECT a.account_number, a.purse, a.kind, a.id, b.currency, b.amount, b.credit_limit
    FROM billing_balance AS b JOIN account AS a ON a.id = b.account_id
    WHERE a.kind = 'balance' OR b.amount > 0
    ORDER BY b.account_id FOR UPDATE OF b
"""


@dataclass(slots=True)
class PurseLeft:
    """What can still be spent of one purse while a batch is being split.

    `available` is money, promo credit and credit limit together; `promo` is the part of it
    that is spent first. Their ledger accounts are `account_id` and `promo_account_id`.
    """

    account_id: int
    available: Money
    promo_account_id: int = 0
    promo: Money | None = None

    def take(self, cost: Money) -> list[Line]:
        """The lines by which `cost` leaves: promo credit as far as it goes, then money."""
        self.available -= cost
        if not self.promo:
            return [Line(self.account_id, -cost)]
        from_promo = min(self.promo, cost)
        self.promo -= from_promo
        lines = [Line(self.promo_account_id, -from_promo)]
        if rest := cost - from_promo:
            lines.append(Line(self.account_id, -rest))
        return lines


def lock_purses(*, keys: Collection[PurseKey]) -> dict[PurseKey, PurseLeft]:
    """The purses of `keys` that there are, which nobody else moves before the caller's
    transaction ends. One query."""
    numbers = [number for number, _purse in keys]
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [numbers, [number + purse for number, purse in keys]])
        rows = cursor.fetchall()
    return _purses(rows)


def _purses(rows: list[tuple[Any, ...]]) -> dict[PurseKey, PurseLeft]:
    found = {
        (number, purse): PurseLeft(account_id, Money(amount + limit, currency))
        for number, purse, kind, account_id, currency, amount, limit in rows
        if kind == AccountKind.BALANCE
    }
    for number, purse, kind, account_id, currency, amount, _limit in rows:
        if kind == AccountKind.PROMO:
            left = found[number, purse]
            left.promo_account_id, left.promo = account_id, Money(amount, currency)
            left.available += left.promo
    return found
