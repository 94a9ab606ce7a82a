"""What staff may reverse in the ledger, and what they are told where there is another way back."""

from decimal import Decimal

import pytest

from billing.models import AccountKind, EntryKind, JournalEntry
from billing.services.open_internal_account import open_internal_account
from billing.services.post_entry import Line, post_entry
from billing.services.reverse_entry import reverse_entry
from billing.tests.builders import NOON, clearing, make_customer, spend, top_up, usd, voice_of
from commpeak.lib.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limit(settings):
    settings.SECOND_PERSON_ABOVE = {"USD": Decimal(100)}


def press(entry_id: int) -> int:
    posted = reverse_entry(entry_id=entry_id, actor="ann@example.com", reason="Test", now=NOON)
    return posted.entry_id


def internal(kind: AccountKind, name: str = "") -> int:
    return open_internal_account(kind=kind, name=name, currency="USD")


def post(kind: EntryKind, amount: str, *, out_of: int, to: int) -> int:
    return post_entry(
        source=f"test:{kind}",
        kind=kind,
        lines=[Line(out_of, usd(f"-{amount}")), Line(to, usd(amount))],
        occurred_at=NOON,
        actor="test",
    ).entry_id


def test_money_that_came_into_suspense_is_not_reversed():
    bank, suspense = internal(AccountKind.BANK, "main"), internal(AccountKind.SUSPENSE)
    entry_id = post(EntryKind.SUSPENSE, "50", out_of=bank, to=suspense)

    with pytest.raises(Refused, match="credit it or send it back on the wire's page"):
        press(entry_id)


@pytest.mark.parametrize("kind", [EntryKind.ASSIGNMENT, EntryKind.RETURNED])
def test_what_was_done_with_a_wire_is_undone_on_its_page(kind):
    suspense = internal(AccountKind.SUSPENSE)
    entry_id = post(kind, "50", out_of=suspense, to=voice_of(make_customer()).pk)

    with pytest.raises(Refused, match="Undo it on the wire's page"):
        press(entry_id)


def test_up_to_the_limit_one_person_reverses_a_credit():
    entry_id = top_up(make_customer(), "100").entry_id
    assert JournalEntry.objects.get(pk=press(entry_id)).reverses_id == entry_id


def test_above_it_a_credit_is_taken_back_by_hand_with_a_second_person():
    entry_id = top_up(make_customer(), "100.01").entry_id

    with pytest.raises(Refused, match="“Credit or debit”"):
        press(entry_id)
    assert not JournalEntry.objects.filter(reverses=entry_id).exists()


def test_above_it_a_debit_is_given_back_by_hand_with_a_second_person():
    customer = make_customer()
    top_up(customer, "200")

    with pytest.raises(Refused):
        press(spend(customer, "100.01").entry_id)


def test_parts_that_are_reversed_on_one_day_add_up():
    customer = make_customer()
    first, second = (top_up(customer, "60").entry_id for _ in range(2))
    reversal = press(first)

    with pytest.raises(Refused, match="“Credit or debit”"):
        press(second)
    assert press(first) == reversal  # pressed again


def test_what_touches_no_customer_is_reversed_whatever_its_size():
    entry_id = post(
        EntryKind.PAYOUT, "5000", out_of=internal(AccountKind.BANK, "main"), to=clearing()
    )
    assert JournalEntry.objects.get(pk=press(entry_id)).reverses_id == entry_id
