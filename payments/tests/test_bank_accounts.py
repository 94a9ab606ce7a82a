"""Bank accounts: numbers that can be right, one shown per currency, none forgotten."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from accounts.tests.builders import make_user
from commpeak.lib.errors import InvalidInput
from payments.gateways.wire.bank_details import (
    clean_bic,
    clean_iban,
    clean_routing_number,
    grouped_iban,
    is_in_sepa,
    routing_label,
)
from payments.models.wire import BankAccount
from payments.selectors.bank_account_for import bank_account_for
from payments.tests.wire_builders import BIC, IBAN, make_bank_account

AMERICAN = {"iban": "", "country": "US", "bic": "", "account_number": "000123456789"}


def test_numbers_are_tidied():
    assert clean_iban(" de89 3704 0044 0532 0130 00 ") == IBAN
    assert clean_bic("cobadeff xxx") == BIC
    assert clean_routing_number("20-00-00", "GB") == "200000"
    assert clean_iban(" ") == clean_bic("") == clean_routing_number("", "US") == ""
    assert grouped_iban(IBAN) == "DE89 3704 0044 0532 0130 00"


@pytest.mark.parametrize(
    "iban",
    ["DE88370400440532013000", "DE8937040044053201300", "XX89", "GB", "💸", "\x00", "9" * 999],
)
def test_an_iban_that_cannot_be_right_is_refused(iban):
    with pytest.raises(InvalidInput):
        clean_iban(iban)


@pytest.mark.parametrize("bic", ["COBADEF", "COBAXXFFXXX", "1", "💸" * 8])
def test_a_bic_that_cannot_be_right_is_refused(bic):
    with pytest.raises(InvalidInput):
        clean_bic(bic)


@pytest.mark.parametrize(
    ("number", "country"), [("021000022", "US"), ("12345", "GB"), ("💸", "AU"), ("1", "JP")]
)
def test_a_number_of_a_bank_that_cannot_be_right_is_refused(number, country):
    with pytest.raises(InvalidInput):
        clean_routing_number(number, country)


def test_the_number_of_a_bank_is_named_as_in_its_country():
    assert routing_label("US") == "Routing number (ABA)"
    assert routing_label("GB") == "Sort code"
    assert routing_label("CA") == "Bank code"


def test_sepa_is_told_by_the_iban():
    assert is_in_sepa(IBAN)
    assert is_in_sepa("GB62DEMO00000012345678")
    assert not is_in_sepa("AE070331234567890123456")
    assert not is_in_sepa("")


@pytest.mark.django_db
def test_one_account_is_shown_per_currency():
    shown = make_bank_account("EUR")
    with pytest.raises(ValidationError, match="Another account is shown for this currency"):
        make_bank_account("EUR")
    make_bank_account("EUR", is_default=False)
    make_bank_account("EUR", is_active=False)
    make_bank_account("USD")
    assert bank_account_for("EUR") == shown
    assert bank_account_for("GBP") is None


@pytest.mark.django_db
def test_the_database_too_shows_one_account_per_currency():
    make_bank_account("EUR")
    other = make_bank_account("EUR", is_default=False)
    with pytest.raises(IntegrityError, match="currency_has_one_account_that_is_shown"):
        BankAccount.objects.filter(pk=other.pk).update(is_default=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"iban": ""}, "Enter the IBAN or the account number."),
        ({"iban": "DE00"}, "This is not a valid IBAN."),
        ({"bic": "X"}, "This is not a valid BIC"),
        (AMERICAN | {"routing_number": "021000022"}, "not a valid number of a bank"),
        ({"country": "D1"}, "A country is two capital letters"),
    ],
)
def test_what_cannot_be_right_is_said_at_once(changes, said):
    with pytest.raises(ValidationError, match=said):
        make_bank_account("EUR", **changes)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["DELETE FROM payments_bankaccount", "TRUNCATE payments_bankaccount CASCADE"]
)
def test_a_bank_account_is_never_deleted(statement):
    """M14"""
    make_bank_account()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert BankAccount.objects.exists()


@pytest.mark.django_db
def test_staff_add_an_account_in_the_admin_and_mistakes_are_shown(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    address = reverse("admin:payments_bankaccount_add")
    form = {
        "currency": "eur",
        "holder": "CommPeak Example GmbH",
        "bank_name": "Example Bank",
        "country": "de",
        "iban": "DE88 3704 0044 0532 0130 00",
        "bic": BIC,
        "is_active": "on",
        "is_default": "on",
    }
    assert "This is not a valid IBAN" in client.post(address, form).content.decode()
    assert client.post(address, form | {"iban": grouped_iban(IBAN)}).status_code == 302
    account = BankAccount.objects.get()
    assert (account.currency, account.country, account.iban) == ("EUR", "DE", IBAN)
    assert IBAN in client.get(reverse("admin:payments_bankaccount_changelist")).content.decode()
    delete = reverse("admin:payments_bankaccount_delete", args=[account.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
