"""Which usage events are in the ledger already, and what they said."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from billing.usage import Facts
from commpeak.lib.money import Money

# Whoever asks holds the balances of the batch, so nobody charges these events meanwhile. The
# cost is what left the customer's accounts together, however it was split then. (An array is
# looked up in the index, however long the journal is.)
_FIND = """
    SELECT e.source, e.id, e.occurred_at, e.memo,
           c.account_number, a.purse, p.currency, -sum(p.amount)
    FROM billing_journalentry AS e
        JOIN billing_posting AS p ON p.entry_id = e.id
        JOIN billing_ledgeraccount AS a ON a.id = p.account_id
        JOIN accounts_customer AS c ON c.id = a.customer_id
    WHERE e.source = ANY (ARRAY(SELECT unnest(%s::text[])))
    GROUP BY e.id, c.account_number, a.purse, p.currency
"""


@dataclass(frozen=True, slots=True)
class ChargedEvent:
    entry_id: int
    facts: Facts


def charged_events(*, sources: Collection[str]) -> dict[str, ChargedEvent]:
    """Those of `sources` that were charged before, by source. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [list(sources)])
        return {
            source: ChargedEvent(entry_id, (number, purse, Money(cost, currency), at, memo))
            for source, entry_id, at, memo, number, purse, currency, cost in cursor.fetchall()
        }
