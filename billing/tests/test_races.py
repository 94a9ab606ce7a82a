"""Two who do the same thing at once, on real connections."""

from decimal import Decimal

import pytest

from accounts.tests.builders import make_staff
from billing.errors import OverCreditLimit
from billing.models import Balance, JournalEntry, LedgerAccount, Purse
from billing.selectors.verify import verify_ledger
from billing.services.choose_sms_currency import choose_sms_currency
from billing.services.cut_snapshots import cut_snapshots
from billing.services.decide_manual_entry import decide_manual_entry
from billing.services.open_balances import open_balances
from billing.tests.builders import NOON, clearing, make_customer, spend, top_up, voice_of
from billing.tests.decision_builders import propose
from commpeak.lib.errors import Conflict, Refused
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def prove():
    assert [finding for finding in verify_ledger() if finding.faults] == []


def test_same_source_from_twenty_threads_is_one_entry():
    customer = make_customer()
    clearing()
    posted = at_once(*[lambda: top_up(customer, "50", source="card:ch_1")] * 20)
    assert len({entry.entry_id for entry in posted}) == 1
    assert sorted(entry.is_replay for entry in posted) == [False] + [True] * 19
    assert Balance.objects.get(account=voice_of(customer)).amount == 50
    prove()


def test_debits_at_the_limit_stop_exactly_there():
    customer = make_customer(credit_limit="1")
    top_up(customer, "4")
    spent = at_once(*[lambda: spend(customer, "1")] * 12)
    assert sum(isinstance(one, OverCreditLimit) for one in spent) == 7
    assert Balance.objects.get(account=voice_of(customer)).amount == Decimal(-1)
    prove()


def test_credits_debits_and_snapshots_at_once_keep_the_books():
    customers = [make_customer(credit_limit="100") for _ in range(2)]
    acts = [lambda c=c: top_up(c, "3") for c in customers * 4]
    acts += [lambda c=c: spend(c, "2") for c in customers * 4]
    acts += [lambda: cut_snapshots(now=NOON)] * 2
    at_once(*acts)
    assert [Balance.objects.get(account=voice_of(c)).amount for c in customers] == [4, 4]
    assert JournalEntry.objects.count() == 16
    prove()


def test_balances_of_a_customer_open_once():
    customer = make_customer()
    at_once(*[lambda: open_balances(customer=customer, credit_limit=Decimal(9))] * 4)
    assert LedgerAccount.objects.filter(customer=customer).count() == 4
    assert Balance.objects.get(account=voice_of(customer)).credit_limit == 0


def test_s11_two_who_approve_at_once_post_once_and_one_is_told():
    customer, checkers = make_customer(), [make_staff(), make_staff()]
    decision = propose(customer, "5000.00")
    ended = at_once(
        *[
            lambda by=by: decide_manual_entry(
                decision_id=decision.pk, approve=True, by=by, reason="Right", now=NOON
            )
            for by in checkers
        ]
    )
    [told] = [one for one in ended if isinstance(one, Conflict)]
    [done] = [one for one in ended if not isinstance(one, Conflict)]
    assert str(done.decided_by) in told.user_text
    assert Balance.objects.get(account=voice_of(customer)).amount == 5000
    assert JournalEntry.objects.count() == 1
    prove()


def test_small_manual_entries_at_once_add_up_all_the_same():
    customer, clerk = make_customer(), make_staff()
    ended = at_once(*[lambda: propose(customer, "600.00", by=clerk)] * 3)
    assert sorted(one.stage for one in ended) == ["done", "waiting", "waiting"]
    assert Balance.objects.get(account=voice_of(customer)).amount == 600


def test_sms_currency_is_chosen_once():
    customer = make_customer()
    chosen = at_once(
        *[
            lambda c=c: choose_sms_currency(customer=customer, currency=c)
            for c in ("EUR", "GBP", "EUR", "GBP")
        ]
    )
    assert sum(isinstance(one, Refused) for one in chosen) == 2
    customer.refresh_from_db()
    accounts = LedgerAccount.objects.filter(customer=customer, purse=Purse.SMS)
    assert set(accounts.values_list("currency", flat=True)) == {customer.sms_currency}
