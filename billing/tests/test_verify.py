"""Books that prove, and books that a superuser tampered with while the triggers were off."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from billing.selectors.verify import CHECKS, verify_ledger
from billing.services.cut_snapshots import cut_snapshots
from billing.services.reverse_entry import reverse_entry
from billing.tests.builders import NOON, make_customer, spend, top_up, voice_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def books():
    """A customer whose voice balance was credited 50, debited 20 and credited 20 again."""
    customer = make_customer()
    top_up(customer, "50")
    call = spend(customer, "20")
    reverse_entry(entry_id=call.entry_id, actor="ann@example.com", reason="Test call", now=NOON)
    cut_snapshots(now=NOON)
    return customer


def tamper(sql, *parameters):
    """As a superuser does who switched the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, parameters)
        assert cursor.rowcount > 0
        cursor.execute("SET LOCAL session_replication_role = origin")


def faults():
    return {finding.claim: finding.faults for finding in verify_ledger() if finding.faults}


def posting_of(customer, number):
    return voice_of(customer).postings.order_by("id")[number]


def test_books_that_nobody_touched_prove(books):
    assert faults() == {}
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert out.getvalue().splitlines()[-1] == f"The books prove: {len(CHECKS)} claims hold."


def test_empty_books_prove():
    assert faults() == {}


def test_changed_amount_is_named_with_its_entry(books):
    posting = posting_of(books, 0)
    tamper("UPDATE billing_posting SET amount = 51 WHERE id = %s", posting.pk)
    found = faults()
    assert found["every entry sums to zero in every currency"] == (
        f"entry {posting.entry_id} is off by 1.000000 USD",
    )
    assert set(found) >= {
        "every entry is the one that was posted",
        "every balance is the sum of its postings",
        "every balance moved posting by posting",
    }


def test_deleted_posting_is_named_with_its_entry(books):
    posting = posting_of(books, 0)
    tamper("DELETE FROM billing_posting WHERE id = %s", posting.pk)
    assert faults()["every entry has all its postings, at least two"] == (
        f"entry {posting.entry_id} has 1 postings, 2 were posted",
    )


def test_deleted_entry_is_named(books):
    posting = posting_of(books, 0)
    tamper("DELETE FROM billing_journalentry WHERE id = %s", posting.entry_id)
    assert faults() == {
        "every entry has all its postings, at least two": (
            f"entry {posting.entry_id} has 2 postings, none were posted",
        )
    }


def test_edited_balance_is_named_with_its_account(books):
    account = voice_of(books)
    tamper("UPDATE billing_balance SET amount = 1000 WHERE account_id = %s", account.pk)
    assert faults() == {
        "every balance is the sum of its postings": (
            f"account {account.pk} ({account.code}) shows 1000.000000,"
            " its postings sum to 50.000000",
        )
    }


def test_deleted_balance_is_named_with_its_account(books):
    account = voice_of(books)
    tamper("DELETE FROM billing_balance WHERE account_id = %s", account.pk)
    assert faults() == {
        "every balance is the sum of its postings": (
            f"account {account.pk} ({account.code}) shows no balance,"
            " its postings sum to 50.000000",
        )
    }


def test_lone_posting_is_named_with_its_entry(books):
    account, entry = voice_of(books), posting_of(books, 0).entry
    tamper(
        "INSERT INTO billing_posting (entry_id, line, account_id, currency, amount, balance_after)"
        " VALUES (%s, 3, %s, 'USD', 9, 59)",
        entry.pk,
        account.pk,
    )
    found = faults()
    assert found["every entry has all its postings, at least two"] == (
        f"entry {entry.pk} has 3 postings, 2 were posted",
    )
    assert found["every entry sums to zero in every currency"] == (
        f"entry {entry.pk} is off by 9.000000 USD",
    )


def test_edited_balance_after_is_named_with_its_entry(books):
    posting = posting_of(books, 2)
    tamper("UPDATE billing_posting SET balance_after = 60 WHERE id = %s", posting.pk)
    assert faults() == {
        "every balance moved posting by posting": (
            f"account {posting.account_id} shows 60.000000 after posting {posting.pk}"
            f" of entry {posting.entry_id}, it should be 50.000000",
        )
    }


def test_entry_changed_so_that_all_sums_agree_is_still_named(books):
    """Both sides of the top-up, the chain and the balance: only the hash remembers."""
    posting = posting_of(books, 0)
    tamper("UPDATE billing_posting SET amount = amount * 2 WHERE entry_id = %s", posting.entry_id)
    tamper(
        "UPDATE billing_posting SET balance_after = balance_after + 50 WHERE account_id = %s",
        posting.account_id,
    )
    tamper(
        "UPDATE billing_balance SET amount = amount + 50 WHERE account_id = %s", posting.account_id
    )
    tamper("UPDATE billing_accountsnapshot SET amount = amount - 50 WHERE amount = -50")
    assert faults() == {
        "every entry is the one that was posted": (
            f"entry {posting.entry_id} ({posting.entry.source})"
            " is not what was posted under that source",
        )
    }


def test_posting_moved_to_an_account_in_another_currency_is_named(books):
    posting = posting_of(books, 0)
    tamper("UPDATE billing_posting SET currency = 'EUR' WHERE id = %s", posting.pk)
    account = voice_of(books)
    assert faults()["every posting is in its account's currency"] == (
        f"entry {posting.entry_id} posts EUR to account {account.pk} ({account.code}, in USD)",
    )


def test_reversal_that_undoes_another_entry_is_named(books):
    first, _, reversal = (posting_of(books, number) for number in range(3))
    tamper(
        "UPDATE billing_journalentry SET reverses_id = %s WHERE id = %s",
        first.entry_id,
        reversal.entry_id,
    )
    assert faults()["every reversal mirrors its original"] == (
        f"entry {reversal.entry_id} does not undo entry {first.entry_id} line by line",
    )


def test_edited_snapshot_is_named_with_its_account(books):
    tamper("UPDATE billing_accountsnapshot SET amount = 0 WHERE amount = -50")
    (fault,) = faults()["every snapshot is the sum it was cut at"]
    assert fault.endswith("it should be -50.000000")


def test_command_names_the_fault_and_exits_with_1(books):
    account = voice_of(books)
    tamper("UPDATE billing_balance SET amount = 1000 WHERE account_id = %s", account.pk)
    out = StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("verify_ledger", stdout=out)
    assert failure.value.returncode == 1
    assert f"account {account.pk} ({account.code}) shows 1000.000000" in out.getvalue()
