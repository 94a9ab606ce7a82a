"""Illegal writes in raw SQL, each refused by the database under a name of its own.

Nothing of ours runs here but the triggers: what these refuse, no code path can do (M14).
"""

import pytest
from django.db import DatabaseError, connection, transaction

from billing.errors import broken_constraint
from billing.models import (
    FORCED_KINDS,
    Balance,
    DueBalance,
    EntryKind,
    JournalEntry,
    LedgerAccount,
    Posting,
)
from billing.services.reverse_entry import reverse_entry
from billing.tests.builders import (
    NOON,
    clearing,
    make_customer,
    revenue,
    spend,
    top_up,
    voice_of,
)

pytestmark = pytest.mark.django_db

NEW_ENTRY = """
    INSERT INTO billing_journalentry
        (source, request_hash, kind, posting_count, forced, occurred_at, actor, memo, reverses_id)
    VALUES (%(source)s, '', %(kind)s, %(count)s, %(forced)s, now(), 'raw', '', %(reverses)s)
    RETURNING id
"""
POSTINGS = """
    INSERT INTO billing_posting (entry_id, line, account_id, currency, amount)
    SELECT {entry_id}, line, account, currency, amount
    FROM unnest(%(numbers)s::int[], %(accounts)s::bigint[], %(currencies)s::text[],
                %(amounts)s::numeric[]) AS new (line, account, currency, amount)
"""
WHOLE_ENTRY = f"WITH entry AS ({NEW_ENTRY}) " + POSTINGS.format(entry_id="(SELECT id FROM entry)")


def run(sql, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def refused(sql, parameters=None):
    """The name under which the database refuses the statement."""
    run("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE wants no foreign key left to check
    return refusal_of(lambda: run(sql, parameters))


def refusal_of(act):
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        act()
    return broken_constraint(refusal.value)


def entry_facts(*, kind="suspense", count=2, forced=False, reverses=None, source="raw:1"):
    return {
        "source": source,
        "kind": kind,
        "count": count,
        "forced": forced,
        "reverses": reverses,
    }


def line_facts(lines):
    """Each line is (line, account, currency, amount)."""
    names = ("numbers", "accounts", "currencies", "amounts")
    return dict(zip(names, map(list, zip(*lines, strict=True)), strict=True))


def new_entry(**facts):
    run(NEW_ENTRY, entry_facts(**facts))


def new_postings(entry_id, *lines):
    run(POSTINGS.format(entry_id=int(entry_id)), line_facts(lines))


def raw_entry(*lines, **facts):
    run(WHOLE_ENTRY, entry_facts(**{"count": len(lines), **facts}) | line_facts(lines))


@pytest.fixture
def customer():
    """With 50 on the voice balance and no credit limit."""
    customer = make_customer()
    top_up(customer, "50", source="card:ch_1")
    return customer


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_posting SET amount = 51",
        "UPDATE billing_posting SET balance_after = 51",
        "DELETE FROM billing_posting",
        "TRUNCATE billing_posting",
    ],
)
def test_postings_are_never_changed(customer, statement):
    assert refused(statement) == "postings_are_never_changed"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_journalentry SET memo = 'other'",
        "DELETE FROM billing_journalentry",
        "TRUNCATE billing_journalentry CASCADE",
    ],
)
def test_entries_are_never_changed(customer, statement):
    assert refused(statement) == "entries_are_never_changed"


def test_entry_sums_to_zero_in_every_currency(customer):
    lines = [(1, clearing(), "USD", "-5"), (2, voice_of(customer).pk, "USD", "6")]
    assert refusal_of(lambda: raw_entry(*lines)) == "entry_sums_to_zero_in_every_currency"


def test_sum_over_two_currencies_is_no_zero(customer):
    lines = [(1, clearing("EUR"), "EUR", "-5"), (2, voice_of(customer).pk, "USD", "5")]
    assert refusal_of(lambda: raw_entry(*lines)) == "entry_sums_to_zero_in_every_currency"


def test_entry_balanced_in_each_of_two_currencies_is_posted(customer):
    eur = make_customer(currency="EUR")
    raw_entry(
        (1, clearing("EUR"), "EUR", "-5"),
        (2, voice_of(eur).pk, "EUR", "5"),
        (3, clearing(), "USD", "-7"),
        (4, voice_of(customer).pk, "USD", "7"),
    )
    assert Balance.objects.get(account=voice_of(customer)).amount == 57


def test_single_posting_is_no_entry(customer):
    line = (1, voice_of(customer).pk, "USD", "5")
    assert refusal_of(lambda: raw_entry(line)) == "entry_has_at_least_two_postings"


def test_entry_is_posted_whole(customer):
    line = (1, voice_of(customer).pk, "USD", "5")
    assert refusal_of(lambda: raw_entry(line, count=2)) == "entry_is_posted_whole"


def test_entry_comes_with_its_postings():
    assert refusal_of(new_entry) == "entry_comes_with_its_postings"


def test_late_posting_is_refused_by_the_seal(customer):
    entry = JournalEntry.objects.get(source="card:ch_1")
    lines = [(3, clearing(), "USD", "-5"), (4, voice_of(customer).pk, "USD", "5")]
    late = refusal_of(lambda: new_postings(entry.pk, *lines))
    assert late == "sealed_entry_takes_no_more_postings"


def test_late_posting_cannot_take_the_place_of_a_line(customer):
    entry = JournalEntry.objects.get(source="card:ch_1")
    lines = [(1, clearing(), "USD", "-5"), (2, voice_of(customer).pk, "USD", "5")]
    assert refusal_of(lambda: new_postings(entry.pk, *lines)) == "entry_line_is_posted_once"


def test_posting_skipped_by_on_conflict_moves_no_balance(customer):
    """The balance would move when the row is tried, and stay moved when the row is skipped."""
    entry = JournalEntry.objects.get(source="card:ch_1")
    skipped = Posting(entry=entry, line=1, account=voice_of(customer), currency="USD", amount=1000)
    with pytest.raises(DatabaseError, match="ON CONFLICT"), transaction.atomic():
        Posting.objects.bulk_create([skipped], ignore_conflicts=True)
    assert Balance.objects.get(account=voice_of(customer)).amount == 50


@pytest.mark.parametrize("lines", [(0, 2), (2, 3), (-1, 2)])
def test_lines_of_an_entry_are_counted_from_one(customer, lines):
    first, second = lines
    postings = [(first, clearing(), "USD", "-5"), (second, voice_of(customer).pk, "USD", "5")]
    assert refusal_of(lambda: raw_entry(*postings)) in {
        "entry_comes_with_its_postings",
        "posting_lines_start_at_one",
        "sealed_entry_takes_no_more_postings",
    }


def test_posting_belongs_to_an_entry(customer):
    lines = [(1, clearing(), "USD", "-5"), (2, voice_of(customer).pk, "USD", "5")]
    assert refusal_of(lambda: new_postings(0, *lines)) == "posting_belongs_to_an_entry"


@pytest.mark.parametrize(("account", "currency"), [("voice", "EUR"), ("none", "USD")])
def test_posting_is_in_its_accounts_currency(customer, account, currency):
    account_id = voice_of(customer).pk if account == "voice" else 0
    lines = [(1, clearing(currency), currency, "-5"), (2, account_id, currency, "5")]
    assert refusal_of(lambda: raw_entry(*lines)) == "posting_is_in_its_accounts_currency"


def test_posting_amount_is_not_zero(customer):
    lines = [(1, clearing(), "USD", "0"), (2, voice_of(customer).pk, "USD", "0")]
    assert refusal_of(lambda: raw_entry(*lines)) == "posting_amount_is_not_zero"


def test_balance_stays_within_its_credit_limit(customer):
    lines = [(1, revenue(), "USD", "50.000001"), (2, voice_of(customer).pk, "USD", "-50.000001")]
    over = refusal_of(lambda: raw_entry(*lines, kind="usage"))
    assert over == "balance_stays_within_its_credit_limit"


@pytest.mark.parametrize("kind", sorted(set(EntryKind.values) - set(FORCED_KINDS)))
def test_only_facts_are_forced(customer, kind):
    lines = [(1, revenue(), "USD", "60"), (2, voice_of(customer).pk, "USD", "-60")]
    assert refusal_of(lambda: raw_entry(*lines, kind=kind, forced=True)) == "only_facts_are_forced"


@pytest.mark.parametrize("kind", sorted(set(FORCED_KINDS) - {EntryKind.REVERSAL}))
def test_forced_facts_pass_the_limit(customer, kind):
    lines = [(1, revenue(), "USD", "60"), (2, voice_of(customer).pk, "USD", "-60")]
    raw_entry(*lines, kind=kind, forced=True)
    assert Balance.objects.get(account=voice_of(customer)).amount == -10


@pytest.mark.parametrize("kind", sorted(set(EntryKind.values) - {EntryKind.REVERSAL}))
def test_every_kind_in_python_is_known_to_the_database(customer, kind):
    raw_entry((1, clearing(), "USD", "-5"), (2, voice_of(customer).pk, "USD", "5"), kind=kind)
    assert JournalEntry.objects.get(source="raw:1").kind == kind


def test_entry_kind_is_known(customer):
    lines = [(1, clearing(), "USD", "-5"), (2, voice_of(customer).pk, "USD", "5")]
    assert refusal_of(lambda: raw_entry(*lines, kind="gift")) == "entry_kind_is_known"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_balance SET amount = amount + 1",
        "UPDATE billing_balance SET account_id = account_id",
    ],
)
def test_balances_move_only_with_postings(customer, statement):
    assert refused(statement) == "balances_move_only_with_postings"


def test_balances_open_with_their_account(customer):
    opening = (
        "INSERT INTO billing_balance (account_id, currency, amount, credit_limit)"
        " VALUES (%s, 'USD', 1000, 0)"
    )
    assert refused(opening, [clearing()]) == "balances_open_with_their_account"


@pytest.mark.parametrize(
    "statement", ["DELETE FROM billing_balance", "TRUNCATE billing_balance CASCADE"]
)
def test_balances_are_never_deleted(customer, statement):
    assert refused(statement) == "balances_are_never_deleted"


def test_credit_limit_is_not_negative(customer):
    assert refused("UPDATE billing_balance SET credit_limit = -1") == "credit_limit_is_not_negative"


def test_credit_limit_may_be_changed(customer):
    run("UPDATE billing_balance SET credit_limit = 25")
    spend(customer, "75")
    assert Balance.objects.get(account=voice_of(customer)).amount == -25


@pytest.mark.parametrize("column", ["code", "kind", "customer_id", "purse"])
def test_ledger_accounts_keep_their_identity(customer, column):
    statement = f"UPDATE billing_ledgeraccount SET {column} = {column}"
    assert refused(statement) == "ledger_accounts_keep_their_identity"


@pytest.mark.parametrize("code", ["customer:{}:voice", "clearing:card:USD"])
def test_posted_accounts_keep_their_currency(customer, code):
    statement = "UPDATE billing_ledgeraccount SET currency = 'EUR' WHERE code = %s"
    found = refused(statement, [code.format(customer.account_number)])
    assert found == "posted_accounts_keep_their_currency"


def test_ledger_accounts_are_never_deleted(customer):
    assert refused("DELETE FROM billing_ledgeraccount") == "ledger_accounts_are_never_deleted"


POST = "SELECT ledger_post(%s, %s, %s::bigint[], '{USD,USD}', %s::numeric[], now(), 'raw')"


def test_source_stands_for_one_body(customer):
    accounts = sorted([clearing(), voice_of(customer).pk])
    run(POST, ["raw:1", "top_up", accounts, ["5", "-5"]])
    run(POST, ["raw:1", "top_up", accounts, ["5.00", "-5.00"]])
    other = refused(POST, ["raw:1", "top_up", accounts, ["6", "-6"]])
    assert other == "source_stands_for_one_body"


def test_posting_amount_has_six_places(customer):
    accounts = [clearing(), voice_of(customer).pk]
    finer = refused(POST, ["raw:1", "top_up", accounts, ["-0.0000005", "0.0000005"]])
    assert finer == "posting_amount_has_six_places"


def test_entry_source_is_used_once(customer):
    assert refusal_of(lambda: new_entry(source="card:ch_1")) == "entry_source_is_used_once"


def test_entry_is_reversed_once(customer):
    entry = JournalEntry.objects.get(source="card:ch_1")
    reverse_entry(entry_id=entry.pk, actor="ann@example.com", reason="Wrong card", now=NOON)
    second = refusal_of(lambda: new_entry(kind="reversal", forced=True, reverses=entry.pk))
    assert second == "entry_is_reversed_once"


def test_reversal_mirrors_its_original(customer):
    entry = JournalEntry.objects.get(source="card:ch_1")
    lines = [(1, clearing(), "USD", "49"), (2, voice_of(customer).pk, "USD", "-49")]
    half = refusal_of(lambda: raw_entry(*lines, kind="reversal", forced=True, reverses=entry.pk))
    assert half == "reversal_mirrors_its_original"


def test_reversals_are_not_reversed(customer):
    entry = JournalEntry.objects.get(source="card:ch_1")
    reversal = reverse_entry(
        entry_id=entry.pk, actor="ann@example.com", reason="Wrong card", now=NOON
    )
    lines = [(1, clearing(), "USD", "-50"), (2, voice_of(customer).pk, "USD", "50")]
    again = {"kind": "reversal", "forced": True, "reverses": reversal.entry_id}
    assert refusal_of(lambda: raw_entry(*lines, **again)) == "reversals_are_not_reversed"


@pytest.mark.parametrize("kind", ["reversal", "top_up"])
def test_reversals_alone_reverse(customer, kind):
    entry = JournalEntry.objects.get(source="card:ch_1")
    lines = [(1, clearing(), "USD", "50"), (2, voice_of(customer).pk, "USD", "-50")]
    reverses = None if kind == "reversal" else entry.pk
    assert refusal_of(lambda: raw_entry(*lines, kind=kind, reverses=reverses)) == (
        "reversals_alone_reverse"
    )


def test_posting_id_cannot_be_chosen(customer):
    """A low id would slip under a snapshot that was cut before it."""
    run(
        f"WITH entry AS ({NEW_ENTRY}) INSERT INTO billing_posting"
        " (id, entry_id, line, account_id, currency, amount)"
        " VALUES (-2, (SELECT id FROM entry), 1, %(one)s, 'USD', -5),"
        " (-1, (SELECT id FROM entry), 2, %(two)s, 'USD', 5)",
        entry_facts() | {"one": clearing(), "two": voice_of(customer).pk},
    )
    assert not Posting.objects.filter(id__lt=0).exists()


ORM_WRITES = {
    "postings_are_never_changed": [
        lambda: Posting.objects.update(amount=1),
        lambda: Posting.objects.all().delete(),
        lambda: Posting.objects.first().save(),
    ],
    "entries_are_never_changed": [
        lambda: JournalEntry.objects.update(memo="other"),
        lambda: JournalEntry.objects.first().save(),
    ],
    "balances_move_only_with_postings": [
        lambda: Balance.objects.update(amount=1),
        lambda: Balance.objects.first().save(),
    ],
    "ledger_accounts_keep_their_identity": [lambda: LedgerAccount.objects.first().save()],
}


@pytest.mark.parametrize(
    ("name", "write"), [(name, write) for name, writes in ORM_WRITES.items() for write in writes]
)
def test_writes_by_the_orm_are_refused_too(customer, name, write):
    assert refusal_of(write) == name


def test_every_debit_that_leaves_a_balance_under_its_mark_makes_it_due(customer):
    """Level-triggered: also the debits after the crossing, when the row was taken meanwhile."""
    account = voice_of(customer)
    Balance.objects.filter(account=account).update(low_balance_mark=20)
    spend(customer, "30")
    assert not DueBalance.objects.exists()
    for _ in range(2):
        spend(customer, "0.01")
        spend(customer, "0.01")
        assert DueBalance.objects.get().balance_id == account.pk
        DueBalance.objects.all().delete()


def test_credit_makes_no_balance_due(customer):
    Balance.objects.filter(account=voice_of(customer)).update(low_balance_mark=1000)
    top_up(customer, "1")
    assert not DueBalance.objects.exists()
