"""The due queue beside ever more balances that are well."""

import time
from statistics import median

from django.db import connection, transaction

from billing.services.claim_due_balances import CLAIM
from commpeak.lib.clock import utc_now

DUE = 100
RESTING_PERCENT = 5  # low, and nobody wants to look at them: alerts, rules that are off
SAMPLES = 200

# without the ledger's triggers, which open a balance one by one: only its size matters here
_GROW = """
    SET LOCAL session_replication_role = replica;
    WITH customer AS (
        INSERT INTO accounts_customer
            (account_number, kind, name, company_name, vat_id, time_zone, currency, sms_currency,
             created_at)
            SELECT (40000000 + n)::text, 'person', '', '', '', 'UTC', 'USD', '', now()
            FROM generate_series(%s, %s) AS n
            RETURNING id, account_number
    ), account AS (
        INSERT INTO billing_ledgeraccount (code, kind, currency, customer_id, purse)
            SELECT 'customer:' || account_number || ':voice', 'balance', 'USD', id, 'voice'
            FROM customer
            RETURNING id)
    INSERT INTO billing_balance (account_id, currency, amount, credit_limit)
        SELECT id, 'USD', 0, 0 FROM account
"""
_QUEUE = """
    INSERT INTO billing_duebalance (balance_id, look_at)
        SELECT account_id, CASE WHEN row_number() OVER (ORDER BY random()) <= %s THEN now() END
        FROM (SELECT account_id FROM billing_balance ORDER BY random() LIMIT %s) AS low
"""


def look_up_among_10_000() -> str:
    _grow(0, 10_000)
    return _milliseconds()


def look_up_among_1_000_000() -> str:
    _grow(10_000, 1_000_000)
    return _milliseconds()


def plan() -> str:
    """How the last one is carried out."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {CLAIM}", [utc_now(), utc_now(), DUE])
        lines = [line for (line,) in cursor.fetchall()]
        transaction.set_rollback(True)
    return "\n".join(lines)


def _grow(so_far: int, balances: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_GROW, [so_far + 1, balances])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM billing_duebalance")
        cursor.execute(_QUEUE, [DUE, balances * RESTING_PERCENT // 100])
        cursor.execute("VACUUM ANALYZE billing_duebalance")


def _milliseconds() -> str:
    """The median of claiming all 100, each time given back."""
    samples = []
    for _ in range(SAMPLES):
        with transaction.atomic(), connection.cursor() as cursor:
            begun = time.perf_counter()
            cursor.execute(CLAIM, [utc_now(), utc_now(), DUE])
            found = len(cursor.fetchall())
            samples.append(time.perf_counter() - begun)
            transaction.set_rollback(True)
        if found != DUE:
            raise RuntimeError(f"{found} due balances were found instead of {DUE}")
    return str(median(samples) * 1000)
