"""Staff read the ledger and reverse entries; nothing else can be done to it (M14)."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.tests.builders import make_user
from billing.models import Balance, JournalEntry, LedgerAccount
from billing.tests.builders import make_customer, spend, top_up, voice_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make_user(email="ann@example.com", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def entry():
    return JournalEntry.objects.get(pk=top_up(make_customer(), "50").entry_id)


def page(model, name, *args):
    return reverse(f"admin:billing_{model}_{name}", args=args)


def test_lists_and_details_show_entries_and_accounts(staff, entry):
    for model, pk in (
        ("journalentry", entry.pk),
        ("ledgeraccount", LedgerAccount.objects.first().pk),
    ):
        assert staff.get(page(model, "changelist")).status_code == 200
        assert staff.get(page(model, "change", pk)).status_code == 200
    assert (
        "clearing:card:USD" in staff.get(page("journalentry", "change", entry.pk)).content.decode()
    )


def test_account_page_tells_what_an_internal_account_holds(staff, entry):
    account = LedgerAccount.objects.get(code="clearing:card:USD")
    body = staff.get(page("ledgeraccount", "change", account.pk)).content.decode()
    assert "-50.00 USD" in body


@pytest.mark.parametrize("model", ["journalentry", "ledgeraccount"])
def test_nothing_is_added_changed_or_deleted(staff, entry, model):
    pk = entry.pk if model == "journalentry" else LedgerAccount.objects.first().pk
    assert staff.get(page(model, "add")).status_code == 403
    assert staff.post(page(model, "change", pk), {"memo": "x"}).status_code == 403
    assert staff.post(page(model, "delete", pk), {"post": "yes"}).status_code == 403


def test_reversal_asks_why_and_posts_the_mirror_with_the_reason(staff, entry):
    address = staff.get(page("journalentry", "change", entry.pk)).content.decode()
    found = page_of_reversal(address)
    assert staff.get(found).status_code == 200
    assert staff.post(found, {"reason": ""}).status_code == 200
    assert not JournalEntry.objects.filter(reverses=entry).exists()
    staff.post(found, {"reason": "Paid twice"})
    reversal = JournalEntry.objects.get(reverses=entry)
    assert (reversal.memo, reversal.actor, reversal.kind) == (
        "Paid twice",
        "ann@example.com",
        "reversal",
    )
    assert Balance.objects.filter(amount__gt=0).count() == 0


def page_of_reversal(body):
    """The address behind the button on the entry's page."""
    start = body.index("/admin/billing/journalentry/", body.index("reverse") - 60)
    return body[start : body.index('"', start)]


def test_second_reversal_tells_of_the_first(staff, entry):
    found = page_of_reversal(staff.get(page("journalentry", "change", entry.pk)).content.decode())
    staff.post(found, {"reason": "Paid twice"})
    answer = staff.post(found, {"reason": "Paid twice, again"}, follow=True)
    reversal = JournalEntry.objects.get(reverses=entry)
    assert f"It was reversed before, by entry {reversal.pk}." in answer.content.decode()


def test_staff_read_what_to_do_where_an_entry_is_not_reversed(staff, settings):
    settings.SECOND_PERSON_ABOVE = {"USD": 40}
    credit = JournalEntry.objects.get(pk=top_up(make_customer(), "50").entry_id)
    found = page_of_reversal(staff.get(page("journalentry", "change", credit.pk)).content.decode())
    answer = staff.post(found, {"reason": "Paid twice"}, follow=True)
    assert "Use “Credit or debit” on the customer" in answer.content.decode()


def test_reversal_of_spent_money_takes_the_balance_below_zero(staff):
    customer = make_customer()
    credit = JournalEntry.objects.get(pk=top_up(customer, "50").entry_id)
    spend(customer, "20")
    found = page_of_reversal(staff.get(page("journalentry", "change", credit.pk)).content.decode())
    staff.post(found, {"reason": "Stolen card"})
    assert Balance.objects.get(account=voice_of(customer)).amount == -20


def test_staff_who_may_only_look_cannot_reverse(client, entry, staff):
    found = page_of_reversal(staff.get(page("journalentry", "change", entry.pk)).content.decode())
    clerk = make_user(email="clerk@example.com", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_journalentry"))
    client.force_login(clerk)
    assert client.get(page("journalentry", "change", entry.pk)).status_code == 200
    assert client.post(found, {"reason": "Why not"}).status_code == 403
    assert not JournalEntry.objects.filter(reverses=entry).exists()
