"""Takes low balances that somebody has to look at, so that no two workers take the same one."""

from datetime import datetime, timedelta

from django.db import connection, transaction

# A worker that dies leaves its claim to the next look after this long.
LEASE = timedelta(seconds=30)

# The index holds only rows that wait for a look, so the size of the queue does not matter.
CLAIM = """
    UPDATE billing_duebalance SET look_at = %s
    WHERE balance_id = ANY (ARRAY(
        SELECT balance_id FROM billing_duebalance WHERE look_at <= %s
        ORDER BY look_at LIMIT %s FOR UPDATE SKIP LOCKED))
    RETURNING balance_id
"""


@transaction.atomic(durable=True)
def claim_due_balances(*, now: datetime, count_max: int) -> list[int]:
    """Ledger account ids of at most `count_max` balances that are due, each leased for 30 s."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [now + LEASE, now, count_max])
        return [account_id for (account_id,) in cursor.fetchall()]
