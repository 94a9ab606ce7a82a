"""Takes balances that are up again out of the due queue."""

from django.db import connection, transaction

# The balance's row is locked before its row in the queue goes: a debit that is under way has
# either committed, and is seen, or waits and queues the balance anew. Locked ones are for the
# next time.
_DROP = """
    WITH recovered AS MATERIALIZED (
        SELECT b.account_id FROM billing_balance AS b JOIN billing_duebalance AS d
            ON d.balance_id = b.account_id
        WHERE b.low_balance_mark IS NULL OR b.amount >= b.low_balance_mark
        ORDER BY b.account_id FOR UPDATE OF b SKIP LOCKED
    )
    DELETE FROM billing_duebalance USING recovered WHERE balance_id = recovered.account_id
"""


def drop_recovered_balances() -> int:
    """Drops every balance that is at its mark or above, or has none; tells how many.

    What is under its mark stays, whoever set the mark: refills and alerts read the same queue.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_DROP)
        return int(cursor.rowcount)
