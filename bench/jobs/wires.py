"""Statements of thousands of lines: read, matched, posted; and the pages that list them."""

import json
import resource
import tempfile
import time
from datetime import date
from decimal import Decimal
from statistics import median
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from accounts.models import Customer, User
from billing.models import Purse
from billing.services.open_balances import open_balances
from commpeak.lib.clock import utc_now
from commpeak.lib.ids import new_account_number
from commpeak.lib.money import Money
from payments.models import BankAccount, StatementLine, StatementUpload
from payments.selectors.dry_run import dry_run_lines
from payments.selectors.wire_instructions import wire_reference
from payments.services.open_wire_top_up import open_wire_top_up
from payments.services.post_statement_upload import post_statement_upload
from payments.services.upload_statement import upload_statement
from payments.services.work_on_statement import work_on_statement
from sandbox.bank import BankMovement, write_statement

IBAN = "DE89370400440532013000"
DAY = date(2026, 5, 4)
EXPECTED, LONG, LISTED = 1_000, 10_000, 100_000
SAMPLES = 20
_PAGES = {
    "wires received": "/admin/payments/receipt/",
    "wires to match": "/admin/payments/receipt/match/",
    "lines of statements": "/admin/payments/statementline/",
    "statement files": "/admin/payments/statementupload/",
    "tie-out": "/admin/payments/receipt/tie-out/?first_day=2026-05-01&last_day=2026-05-31",
    "work queue": "/admin/",
}
# the receipts of more wires than anybody will post through a worker here: only the lists read them
_GROW = """
    SET LOCAL session_replication_role = replica;
    WITH line AS (
        INSERT INTO payments_statementline (statement_id, ordinal, file_line, kind, is_known,
            row_key, amount, currency, is_credit, booked_on, bank_id, payer_name, payer_account,
            reference, end_to_end_id, text, problem)
        SELECT statement_id, 1000000 + n, 1, 'credit', false, 'grown-' || n, 10, 'EUR', true,
               booked_on, '', 'PAYER ' || n, '', '', '', 'invoice ' || n, ''
        FROM generate_series(1, %s) AS n, (SELECT * FROM payments_statementline LIMIT 1) AS one
        RETURNING id, row_key, booked_on
    )
    INSERT INTO payments_receipt (line_id, bank_account_id, row_key, amount, currency, open_amount,
                                  booked_on, entry_id, created_at)
        SELECT line.id, one.bank_account_id, line.row_key, 10, 'EUR', 10, line.booked_on,
               -line.id, now()
        FROM line, (SELECT bank_account_id FROM payments_receipt LIMIT 1) AS one
"""


def create_database() -> str:
    """Beside this one; its name."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE wires")
    return "wires"


def setup() -> None:
    """1,000 customers, each with a top-up by wire that waits."""
    BankAccount.objects.create(
        currency="EUR", holder="Bench", bank_name="Bench", country="DE", iban=IBAN
    )
    User.objects.create_superuser(email="bench@example.com", password=None)
    numbers: set[str] = set()
    while len(numbers) < EXPECTED:
        numbers.add(new_account_number())
    for number, account_number in enumerate(numbers):
        customer = Customer.objects.create(
            currency="EUR", name=f"Payer Number {number}", account_number=account_number
        )
        open_balances(customer=customer, credit_limit=Decimal(0))
        open_wire_top_up(
            customer=customer,
            purse=Purse.VOICE,
            money=Money(Decimal(50 + number % 200), "EUR"),
            request_key=UUID(int=number),
            now=utc_now(),
        )


def dry_run() -> str:
    """Seconds for a statement with a wire for each of them: read, kept, and each line matched."""
    upload = _upload([_named(customer) for customer in Customer.objects.all()])
    begun = time.perf_counter()
    work_on_statement(upload_id=upload.pk, now=utc_now())
    lines = list(StatementLine.objects.filter(statement__upload=upload))
    rows = dry_run_lines(lines)
    seconds = time.perf_counter() - begun
    sure = sum(row.choices[0].is_sure for row in rows if row.choices)
    return json.dumps({"seconds": seconds, "lines": len(lines), "sure": sure})


def long_import() -> str:
    """Seconds to read and post 10,000 lines, and the most memory that this process ever had."""
    customers = list(Customer.objects.all())
    wires = [_named(customers[number % EXPECTED]) for number in range(LONG)]
    upload = _upload(wires)
    begun = time.perf_counter()
    work_on_statement(upload_id=upload.pk, now=utc_now())
    read = time.perf_counter() - begun
    post_statement_upload(upload_id=upload.pk, posted_by=User.objects.get(), now=utc_now())
    work_on_statement(upload_id=upload.pk, now=utc_now())
    seconds = time.perf_counter() - begun
    posted = StatementUpload.objects.get(pk=upload.pk).posted_count
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return json.dumps({"seconds": seconds, "read": read, "posted": posted, "megabytes": memory})


def lists() -> str:
    """Each page's median milliseconds and its queries, among 100,000 lines."""
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_GROW, [LISTED])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    return json.dumps({name: _page(client, address) for name, address in _PAGES.items()})


def _page(client: Client, address: str) -> tuple[float, int]:
    queries = []

    def count(execute, sql, *rest):
        queries.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")
    samples = []
    for _sample in range(SAMPLES):
        begun = time.perf_counter()
        client.get(address)
        samples.append((time.perf_counter() - begun) * 1000)
    return median(samples), len(queries)


def _named(customer: Customer) -> BankMovement:
    top_up = customer.top_ups.get()
    return BankMovement(
        amount=top_up.amount.quantize(Decimal("0.01")),
        booked_on=DAY,
        payer_name=customer.name,
        text=f"Top up {wire_reference(top_up)} thank you",
        bank_id=uuid4().hex,
    )


def _upload(movements: list[BankMovement]) -> StatementUpload:
    settings.PRIVATE_FILES_ROOT = tempfile.mkdtemp()
    content = write_statement(
        movements,
        account=IBAN,
        currency="EUR",
        opening=Decimal(0),
        statement_id=uuid4().hex[:16],
        days=(DAY, DAY),
    )
    return upload_statement(
        name="bench.xml",
        content=content,
        bank_account=None,
        uploaded_by=User.objects.get(),
        now=utc_now(),
    )
