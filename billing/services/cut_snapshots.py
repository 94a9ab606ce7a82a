"""Cuts snapshots of the internal accounts, so that their balances stay quick to read."""

from datetime import datetime

from django.db import connection, transaction

# In-flight postings may hold lower ids than committed ones. The lock waits until those have
# committed and keeps new ones out, so that nothing at or below last_posting_id comes later.
_LOCK = "LOCK TABLE billing_posting IN SHARE ROW EXCLUSIVE MODE"
_CUT = """
    INSERT INTO billing_accountsnapshot (account_id, last_posting_id, amount, cut_at)
    SELECT a.id, max(p.id), coalesce(max(s.amount), 0) + sum(p.amount), %s
    FROM billing_ledgeraccount AS a
        LEFT JOIN LATERAL (
            SELECT last_posting_id, amount FROM billing_accountsnapshot
            WHERE account_id = a.id ORDER BY last_posting_id DESC LIMIT 1) AS s ON true
        JOIN billing_posting AS p
            ON p.account_id = a.id AND p.id > coalesce(s.last_posting_id, 0)
    WHERE a.kind NOT IN ('balance', 'promo')
    GROUP BY a.id
"""


def cut_snapshots(*, now: datetime) -> int:
    """Snapshots every internal account that has postings since its last one; tells how many.

    Postings wait while it runs, which is short when it runs every night: it only adds up what
    came since. A second call at once cuts nothing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(_CUT, [now])
        return int(cursor.rowcount)
