"""What a balance was spent by, hour by hour."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import Customer
from billing.models import AccountKind, LedgerAccount, Purse
from commpeak.lib.money import Money

# Newest first and no more than this, since a page asks.
POSTINGS_MAX = 100_000

_USAGE = """
    WITH newest AS (
        SELECT entry_id, amount FROM billing_posting WHERE account_id = ANY (%(accounts)s)
        ORDER BY id DESC LIMIT %(postings_max)s
    )
    SELECT date_trunc('hour', entry.occurred_at), -sum(newest.amount),
           (SELECT count(*) FROM newest) = %(postings_max)s
    FROM newest JOIN billing_journalentry AS entry ON entry.id = newest.entry_id
    WHERE entry.kind = 'usage' AND entry.occurred_at >= %(since)s
    GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class HourOfUsage:
    """`spent` (positive) within the hour that began at `hour`, promo credit included."""

    hour: datetime
    spent: Money


@dataclass(frozen=True, slots=True)
class HoursOfUsage:
    """Oldest first; hours without usage are left out. `is_cut`: there is more before the first,
    which the limit of postings kept us from reading."""

    hours: list[HourOfUsage]
    is_cut: bool


def usage_by_hour(
    *, customer: Customer, purse: Purse, since: datetime, postings_max: int = POSTINGS_MAX
) -> HoursOfUsage:
    """Since `since`, or as far back as the newest `postings_max` reach: the first
    hour of those, which may be there in part, is left out unless it is the only one. Two queries.
    """
    kinds = [AccountKind.BALANCE, AccountKind.PROMO]
    accounts = list(LedgerAccount.objects.filter(customer=customer, purse=purse, kind__in=kinds))
    asked: dict[str, Any] = {
        "accounts": [one.pk for one in accounts],
        "postings_max": postings_max,
        "since": since,
    }
    with connection.cursor() as cursor:
        cursor.execute(_USAGE, asked)
        rows = cursor.fetchall()
    is_cut = bool(rows) and rows[0][2] and rows[0][0] > since
    hours = [HourOfUsage(hour, Money(spent, accounts[0].currency)) for hour, spent, _all in rows]
    return HoursOfUsage((is_cut and hours[1:]) or hours, is_cut)
