"""What a balance was spent by, hour by hour, and what it held before."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from accounts.models import Customer
from billing.models import AccountKind, LedgerAccount, Purse
from commpeak.lib.money import Money, total

# Newest first and no more than this: a page asks, and beyond it the pace is known well enough.
POSTINGS_MAX = 100_000

_USAGE = """
    SELECT date_trunc('hour', entry.occurred_at), -sum(posting.amount)
    FROM (SELECT entry_id, amount FROM billing_posting WHERE account_id = ANY (%s)
          ORDER BY id DESC LIMIT %s) AS posting
    JOIN billing_journalentry AS entry ON entry.id = posting.entry_id
    WHERE entry.kind = 'usage' AND entry.occurred_at >= %s
    GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class HourOfUsage:
    """`spent` (positive) within the hour that began at `hour`, promo credit included."""

    hour: datetime
    spent: Money


def usage_by_hour(*, customer: Customer, purse: Purse, since: datetime) -> list[HourOfUsage]:
    """Oldest first; hours without usage are left out. Two queries."""
    kinds = [AccountKind.BALANCE, AccountKind.PROMO]
    accounts = list(LedgerAccount.objects.filter(customer=customer, purse=purse, kind__in=kinds))
    with connection.cursor() as cursor:
        cursor.execute(_USAGE, [[account.pk for account in accounts], POSTINGS_MAX, since])
        rows = cursor.fetchall()
    currency = accounts[0].currency if accounts else ""
    return [HourOfUsage(hour, Money(spent, currency)) for hour, spent in rows]


def spent_in(hours: list[HourOfUsage], currency: str) -> Money:
    return total((hour.spent for hour in hours), currency)
