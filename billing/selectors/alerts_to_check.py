"""Balances about which there is something to tell, or no longer."""

from datetime import datetime, timedelta

from django.db import connection

REPEATED_AFTER = timedelta(days=1)
FOUND_AT_ONCE_MAX = 500

# Whatever is low is in the due queue (set_low_balance_mark), and whatever was told and may be
# over is an open alert. Of these only the ones whose state differs from what was told last.
_TO_CHECK = """
    WITH watched AS (
        SELECT balance_id FROM billing_duebalance
        UNION SELECT balance_id FROM billing_raisedalert WHERE cleared_at IS NULL
    ), stated AS (
        SELECT alert.balance_id, alert.is_daily, raised.kind AS told, raised.told_at,
            CASE WHEN money.amount + promo.amount < alert.threshold THEN 'threshold'
                 WHEN money.amount + promo.amount + money.credit_limit < alert.runway_mark
                     THEN 'runway' END AS due
        FROM watched
            JOIN billing_balancealert AS alert USING (balance_id)
            JOIN billing_balance AS money ON money.account_id = balance_id
            JOIN billing_ledgeraccount AS purse ON purse.id = balance_id
            JOIN billing_ledgeraccount AS promo_account
                ON promo_account.customer_id = purse.customer_id
                AND promo_account.purse = purse.purse AND promo_account.kind = 'promo'
            JOIN billing_balance AS promo ON promo.account_id = promo_account.id
            LEFT JOIN billing_raisedalert AS raised
                ON raised.balance_id = alert.balance_id AND raised.cleared_at IS NULL
    )
    SELECT balance_id FROM stated
    WHERE due IS DISTINCT FROM told OR (is_daily AND told_at <= %s)
    ORDER BY balance_id LIMIT %s
"""


def alerts_to_check(*, now: datetime) -> list[int]:
    """Balance accounts for check_balance_alert, at most FOUND_AT_ONCE_MAX. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_CHECK, [now - REPEATED_AFTER, FOUND_AT_ONCE_MAX])
        return [account_id for (account_id,) in cursor.fetchall()]
