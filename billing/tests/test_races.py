"""Two who do the same thing at once, on real connections."""

from decimal import Decimal

import pytest

from billing.errors import OverCreditLimit
from billing.models import Balance, JournalEntry, LedgerAccount, Purse
from billing.selectors.verify import verify_ledger
from billing.services.choose_sms_currency import choose_sms_currency
from billing.services.cut_snapshots import cut_snapshots
from billing.services.open_balances import open_balances
from billing.tests.builders import NOON, clearing, make_customer, spend, top_up, voice_of
from commpeak.lib.errors import Refused
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
