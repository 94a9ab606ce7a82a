"""What last happened on a balance, with the usage of a day as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import ngettext

from billing.models import LedgerAccount, Purse

# Read at once, however busy the balance is: about 30 ms. What is beyond comes with the next
# page, where the same day goes on.
POSTINGS_MAX = 5000
NEWEST = 2**63 - 1

# An entry that the window may have cut in half, the oldest one, waits for the next page. A run
# is usage of one day with nothing else in between, so that the balance after it is right.
# (The postings of an entry have neighbouring ids, so a page may begin below its lowest.)
_RUNS = """
    WITH posting AS (
        SELECT id, entry_id, amount FROM billing_posting
        WHERE account_id = ANY (%(accounts)s) AND id < %(before)s ORDER BY id DESC LIMIT %(most)s
    ), entry AS (
        SELECT e.id, e.kind, e.memo, e.occurred_at, sum(p.amount) AS amount,
               max(p.id) AS key, min(p.id) AS first_id,
               (e.occurred_at AT TIME ZONE %(zone)s)::date AS day
        FROM posting AS p JOIN billing_journalentry AS e ON e.id = p.entry_id
        WHERE (SELECT count(*) FROM posting) < %(most)s
            OR e.id <> (SELECT entry_id FROM posting ORDER BY id LIMIT 1)
        GROUP BY e.id
    ), marked AS (
        SELECT *, coalesce(kind <> 'usage' OR kind <> lag(kind) OVER newest
                           OR day <> lag(day) OVER newest, true) AS begins
        FROM entry WINDOW newest AS (ORDER BY key DESC)
    ), numbered AS (
        SELECT *, count(*) FILTER (WHERE begins) OVER (ORDER BY key DESC) AS run FROM marked
    )
    SELECT count(*), min(id), min(kind), min(memo), max(occurred_at), sum(amount), max(key),
           min(first_id), (SELECT count(*) FROM posting) = %(most)s
    FROM numbered GROUP BY run ORDER BY run LIMIT %(rows)s
"""


@dataclass(frozen=True, slots=True)
class EntryRun:
    """One entry, or the `count` usage entries of a day with nothing else in between.

    `amount` is what it did to the balance, `key` its newest posting there. `entry_id`, `kind`
    and `memo` are a single entry's own.
    """

    count: int
    entry_id: int
    kind: str
    memo: str
    occurred_at: datetime
    amount: Decimal
    key: int
    first_posting_id: int
    is_window_full: bool

    def words(self, purse: Purse) -> str:
        """The memo of one entry; of several, how many they are."""
        if self.count == 1:
            return self.memo
        if purse == Purse.SMS:
            text = ngettext("%(count)d message", "%(count)d messages", self.count)
        else:
            text = ngettext("%(count)d call", "%(count)d calls", self.count)
        return text % {"count": self.count}


def entry_runs(
    *, accounts: Sequence[LedgerAccount], before: int | None, size: int
) -> tuple[list[EntryRun], bool]:
    """The `size` newest runs below posting `before`, and whether there is more. One query.

    `accounts` are those of one balance. Days are those of the active time zone. The next page
    begins before the last run's `first_posting_id`.
    """
    places: dict[str, Any] = {
        "accounts": [account.pk for account in accounts],
        "before": NEWEST if before is None else before,
        "zone": timezone.get_current_timezone_name(),
        "most": POSTINGS_MAX,
        "rows": size + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, places)
        found = [EntryRun(*row) for row in cursor.fetchall()]
    return found[:size], len(found) > size or any(run.is_window_full for run in found)
