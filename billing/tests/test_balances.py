"""Opening balances, choosing a currency, reading what accounts hold."""

from decimal import Decimal

import pytest

from billing.models import AccountKind, Balance, EntryKind, LedgerAccount, Purse
from billing.selectors.account_balance import account_balance
from billing.selectors.customer_balances import customer_balances
from billing.services.choose_sms_currency import choose_sms_currency
from billing.services.cut_snapshots import cut_snapshots
from billing.services.open_internal_account import open_internal_account
from billing.services.post_gateway_money import post_gateway_money
from billing.tests.builders import NOON, make_customer, spend, top_up, usd
from commpeak.lib.errors import InvalidInput, Refused
from commpeak.lib.money import Money

pytestmark = pytest.mark.django_db


def test_both_balances_are_read_in_one_query(django_assert_num_queries):
    customer = make_customer(credit_limit="5")
    top_up(customer, "50")
    spend(customer, "0.000001")
    with django_assert_num_queries(1):
        voice, sms = customer_balances(customer)
    assert (voice.purse, voice.money, voice.available) == (
        Purse.VOICE,
        usd("49.999999"),
        usd("54.999999"),
    )
    assert (sms.purse, sms.total, sms.available) == (Purse.SMS, usd("0"), usd("5"))


def test_sms_currency_moves_the_empty_balance():
    customer = make_customer(credit_limit="5")
    choose_sms_currency(customer=customer, currency="EUR")
    choose_sms_currency(customer=customer, currency="EUR")
    top_up(customer, "10", purse=Purse.SMS, currency="EUR")
    voice, sms = customer_balances(customer)
    assert (voice.money, sms.money) == (usd("0"), Money(Decimal(10), "EUR"))


def test_another_sms_currency_is_refused_in_words():
    customer = make_customer()
    choose_sms_currency(customer=customer, currency="EUR")
    with pytest.raises(Refused) as refusal:
        choose_sms_currency(customer=customer, currency="GBP")
    assert refusal.value.user_text == "The SMS currency is EUR. It was chosen once and stays."


def test_sms_balance_with_entries_keeps_its_currency():
    customer = make_customer()
    top_up(customer, "10", purse=Purse.SMS)
    with pytest.raises(Refused):
        choose_sms_currency(customer=customer, currency="EUR")


def test_currency_that_is_not_offered_is_invalid():
    with pytest.raises(InvalidInput):
        choose_sms_currency(customer=make_customer(), currency="XXX")


def test_internal_account_holds_the_same_before_and_after_snapshots():
    customer = make_customer()
    top_up(customer, "50")
    account = LedgerAccount.objects.get(code="clearing:card:USD")
    assert account_balance(account) == usd("-50")
    assert cut_snapshots(now=NOON) == 1
    assert account_balance(account) == usd("-50")
    top_up(customer, "7")
    assert account_balance(account) == usd("-57")
    assert cut_snapshots(now=NOON) == 1
    assert cut_snapshots(now=NOON) == 0
    assert account_balance(account) == usd("-57")


def test_money_in_suspense_belongs_to_nobody():
    facts = {
        "kind": EntryKind.SUSPENSE,
        "account_id": open_internal_account(kind=AccountKind.SUSPENSE, currency="USD"),
        "gateway": "wire",
        "source": "wire:1",
        "occurred_at": NOON,
        "actor": "import",
    }
    first = post_gateway_money(money=usd("250"), memo="no reference", **facts)
    again = post_gateway_money(money=usd("250"), memo="told twice", **facts)
    assert (again.entry_id, again.is_replay) == (first.entry_id, True)
    assert account_balance(LedgerAccount.objects.get(code="suspense:USD")) == usd("250")
    assert account_balance(LedgerAccount.objects.get(code="clearing:wire:USD")) == usd("-250")


@pytest.mark.parametrize(
    ("currency", "credit", "debits", "left"),
    [
        ("USD", "0.30", ["0.10", "0.20"], "0"),
        ("JPY", "5000", ["1", "4998"], "1"),
        ("KWD", "1.005", ["0.001", "0.004"], "1"),
        ("USD", "0.000003", ["0.000001", "0.000001"], "0.000001"),
        ("USD", "99999999999999.999999", ["99999999999999.999999"], "0"),
    ],
)
def test_amounts_are_exact_in_every_currency(currency, credit, debits, left):
    """M8: no float, no rounding, six places at most."""
    customer = make_customer(currency=currency)
    top_up(customer, credit, currency=currency)
    for debit in debits:
        spend(customer, debit)
    assert Balance.objects.get(
        account__code=f"customer:{customer.account_number}:voice"
    ).amount == (Decimal(left))
