"""Staff credit and debit by hand: with a reason, within limits, and above one never alone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.tests.builders import make_staff
from billing.errors import OverCreditLimit
from billing.models import Balance, EntryKind, JournalEntry, ManualEntry
from billing.selectors.decisions_waiting import manual_entries_waiting
from billing.selectors.manual_entry_effect import manual_entry_effect
from billing.selectors.verify import verify_ledger
from billing.services.decide_manual_entry import decide_manual_entry
from billing.services.post_reversal import post_reversal
from billing.services.reverse_entry import reverse_entry
from billing.services.undo_manual_entry import undo_manual_entry
from billing.tests.builders import NOON, make_customer, spend, usd, voice_of
from billing.tests.decision_builders import propose
from commpeak.lib.errors import Conflict, InvalidInput, Refused
from commpeak.lib.money import Money

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return make_customer(credit_limit="5")


def holds(customer) -> Money:
    return usd(str(Balance.objects.get(account=voice_of(customer)).amount))


def decide(decision, *, approve=True, by=None):
    return decide_manual_entry(
        decision_id=decision.pk,
        approve=approve,
        by=by or make_staff(),
        reason="Looked at the calls",
        now=NOON,
    )


def undo(decision):
    return undo_manual_entry(
        decision_id=decision.pk, by=make_staff(), reason="Wrong customer", now=NOON
    )


def test_a_small_credit_is_posted_at_once(ada):
    decision = propose(ada, "20.00")
    assert (decision.stage, decision.needs_second) == ("done", False)
    entry = decision.entry
    assert (entry.kind, entry.memo) == (EntryKind.ADJUSTMENT, "Calls dropped on 1 March")
    assert entry.actor == decision.proposed_by.email
    lines = {posting.account.code: posting.amount for posting in entry.postings.all()}
    assert lines == {voice_of(ada).code: 20, "adjustment:USD": -20}


def test_a_large_credit_posts_nothing_until_another_person_approves_it(ada):
    decision = propose(ada, "1000.01")
    assert (decision.stage, holds(ada)) == ("waiting", usd("0"))
    checker = make_staff()
    decided = decide(decision, by=checker)
    assert (decided.stage, decided.decided_by, decided.decided_at) == ("done", checker, NOON)
    assert decided.entry.actor == checker.email
    assert holds(ada) == usd("1000.01")


def test_the_limit_itself_needs_nobody_else(ada):
    assert propose(ada, "1000.00").stage == "done"


def test_small_entries_of_a_day_add_up(ada):
    """Split in three, it still needs a second person."""
    assert propose(ada, "600.00").stage == "done"
    assert propose(ada, "-400.00").stage == "done"
    assert propose(ada, "0.01").stage == "waiting"
    assert propose(make_customer(), "0.01").stage == "done"
    assert propose(ada, "0.01", now=NOON + timedelta(hours=24)).stage == "done"


def test_s11_nobody_approves_what_they_proposed(ada):
    decision = propose(ada, "5000.00")
    with pytest.raises(Refused, match="somebody else has to approve it"):
        decide(decision, by=decision.proposed_by)
    assert holds(ada) == usd("0")


def test_s11_not_even_by_sql(ada):
    decision = propose(ada, "5000.00")
    with pytest.raises(DatabaseError, match="is_confirmed_by_another_person"), transaction.atomic():
        ManualEntry.objects.filter(pk=decision.pk).update(decided_by=decision.proposed_by)


def test_whoever_proposed_it_may_withdraw_it(ada):
    decision = propose(ada, "5000.00")
    assert decide(decision, approve=False, by=decision.proposed_by).stage == "declined"
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize("first", [True, False])
def test_the_second_to_decide_is_told_who_was_faster(ada, first):
    decision, checker = propose(ada, "5000.00"), make_staff(email="bea@example.com")
    decide(decision, approve=first, by=checker)
    with pytest.raises(Conflict, match=r"by bea@example.com: (Done|Declined)"):
        decide(decision)
    assert JournalEntry.objects.count() == int(first)


def test_a_double_click_proposes_once(ada):
    key = uuid4()
    first, again = (propose(ada, "20.00", request_key=key) for _click in range(2))
    assert first.pk == again.pk
    assert holds(ada) == usd("20")


def test_a_debit_stays_within_the_credit_limit(ada):
    propose(ada, "-5.00")
    with pytest.raises(OverCreditLimit), transaction.atomic():
        propose(ada, "-0.01")
    assert holds(ada) == usd("-5")
    assert ManualEntry.objects.count() == 1


def test_a_debit_that_is_not_covered_any_more_goes_on_waiting(ada):
    propose(ada, "900.00")
    decision = propose(ada, "-901.00")
    spend(ada, "10.00")
    with pytest.raises(OverCreditLimit), transaction.atomic():
        decide(decision)
    decision.refresh_from_db()
    assert (decision.stage, decision.decided_by) == ("waiting", None)


def test_undoing_posts_the_reversal_once_also_when_it_was_spent(ada):
    decision = propose(ada, "20.00")
    spend(ada, "15.00")
    first = undo(decision)
    assert undo(decision).entry_id == first.entry_id
    decision.refresh_from_db()
    assert (decision.stage, holds(ada)) == ("undone", usd("-15"))
    reversal = JournalEntry.objects.get(pk=first.entry_id)
    assert (reversal.reverses, reversal.memo) == (decision.entry, "Wrong customer")


def test_undoing_what_was_reversed_in_the_ledger_posts_nothing_more(ada):
    decision = propose(ada, "20.00")
    post_reversal(entry_id=decision.entry_id, actor="ann", reason="By hand", now=NOON)
    assert undo(decision).is_replay
    decision.refresh_from_db()
    assert (decision.stage, holds(ada)) == ("undone", usd("0"))


def test_a_manual_entry_is_not_reversed_in_the_ledger(ada):
    decision = propose(ada, "20.00")
    with pytest.raises(Refused, match="page of the manual entry"):
        reverse_entry(entry_id=decision.entry_id, actor="ann", reason="By hand", now=NOON)
    assert (decision.stage, holds(ada)) == ("done", usd("20"))


def test_undoing_what_a_second_person_confirmed_needs_no_third(ada):
    decision = propose(ada, "5000.00")
    decide(decision)
    undo(decision)
    assert holds(ada) == usd("0")


def test_what_was_not_posted_cannot_be_undone(ada):
    with pytest.raises(Refused, match="nothing to undo"):
        undo(propose(ada, "5000.00"))


@pytest.mark.parametrize(
    "wrong",
    [{"money": usd("0")}, {"money": usd("0.001")}, {"reason": "  "}],
    ids=["zero", "too fine", "without a reason"],
)
def test_what_makes_no_sense_is_refused(ada, wrong):
    with pytest.raises(InvalidInput):
        propose(ada, "1.00", **wrong)
    assert not ManualEntry.objects.exists()


def test_m10_another_currency_is_refused(ada):
    with pytest.raises(InvalidInput, match="kept in USD"):
        propose(ada, "1.00", money=Money(usd("1").amount, "EUR"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_manualentry SET amount = 9000",
        "UPDATE billing_manualentry SET reason = 'x'",
        "UPDATE billing_manualentry SET needs_second = false",
        "DELETE FROM billing_manualentry",
    ],
)
def test_what_was_proposed_cannot_be_rewritten(ada, statement):
    """The second person approves what was asked for, and nothing else."""
    propose(ada, "5000.00")
    with (
        pytest.raises(DatabaseError, match="manual entries"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_effect_is_told_before_anything_is_posted(ada):
    propose(ada, "7.00")
    effect = manual_entry_effect(customer=ada, purse=voice_of(ada).purse, money=usd("-12.00"))
    assert [(line.code, line.before, line.change, line.after) for line in effect.lines] == [
        (voice_of(ada).code, usd("7"), usd("-12"), usd("-5")),
        ("adjustment:USD", usd("-7"), usd("12"), usd("5")),
    ]
    assert effect.covered
    more = manual_entry_effect(customer=ada, purse=voice_of(ada).purse, money=usd("-12.01"))
    assert not more.covered


def test_those_that_wait_are_told_with_who_and_why(ada):
    propose(ada, "20.00")
    decision = propose(ada, "5000.00", by=make_staff(email="fay@example.com"))
    waiting = manual_entries_waiting(shown_max=10)
    assert (waiting.count, len(waiting.items)) == (1, 1)
    [item] = waiting.items
    assert item.what == f"5000.00 USD · {voice_of(ada).code} · {ada}"
    assert item.why == "fay@example.com: Calls dropped on 1 March"
    assert item.url == f"/admin/billing/manualentry/{decision.pk}/change/"


def test_the_books_prove_after_all_of_it(ada):
    decision = propose(ada, "5000.00")
    decide(decision)
    undo(decision)
    propose(ada, "-3.00")
    assert [finding for finding in verify_ledger() if finding.faults] == []
