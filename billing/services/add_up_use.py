"""Adds up what calls and messages took, per purse and day."""

from django.db import connection, transaction

from billing.models import UseWatermark

# In-flight postings may hold lower ids than committed ones. The lock waits until those have
# committed and keeps new ones out, so that nothing at or below the id comes later; it is let
# go before anything is added up.
_LOCK = "LOCK TABLE billing_posting IN SHARE ROW EXCLUSIVE MODE"
_NEWEST = "SELECT coalesce(max(id), 0) FROM billing_posting"
_ADD_UP = """
    INSERT INTO billing_dailyuse (balance_id, day, amount)
    SELECT purse.id, (e.occurred_at AT TIME ZONE 'UTC')::date, -sum(p.amount)
    FROM billing_posting AS p
        JOIN billing_journalentry AS e ON e.id = p.entry_id AND e.kind = 'usage'
        JOIN billing_ledgeraccount AS paid ON paid.id = p.account_id
        JOIN billing_ledgeraccount AS purse ON purse.customer_id = paid.customer_id
            AND purse.purse = paid.purse AND purse.kind = 'balance'
    WHERE p.id > %s AND p.id <= %s
    GROUP BY purse.id, (e.occurred_at AT TIME ZONE 'UTC')::date
    ON CONFLICT (balance_id, day) DO UPDATE SET amount = billing_dailyuse.amount + EXCLUDED.amount
"""


def add_up_use() -> int:
    """Adds the postings since the last call to DailyUse; tells how many rows that touched.

    Costs what came since, so it may run as often as one likes. A second call adds nothing, and
    two at once wait for each other. Reversed usage stays counted: it was used, at that pace.
    """
    until = _newest_settled_posting()
    with transaction.atomic():
        UseWatermark.objects.bulk_create([UseWatermark(id=1)], ignore_conflicts=True)
        watermark = UseWatermark.objects.select_for_update().get(id=1)
        if until <= watermark.last_posting_id:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_ADD_UP, [watermark.last_posting_id, until])
            touched = int(cursor.rowcount)
        watermark.last_posting_id = until
        watermark.save(update_fields=["last_posting_id"])
    return touched


def _newest_settled_posting() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(_NEWEST)
        return int(cursor.fetchone()[0])
